import { randomBytes } from 'node:crypto';
import { CodedError } from '@realtime-phone/protocol/errors';
import type { Logger } from 'pino';
import type { Calls } from '../call/calls';
import type { Config } from '../config';
import { createCall, type TakenCall } from './calls-api';
import type { Order } from './order';
import { readOutboundSettings } from './settings';
import { CALL_ID_PREFIX, type WaitingCalls } from './waiting-calls';

/** 202: Twilio has taken the call. */
export interface PlacedCall {
  readonly callId: string;
  readonly callSid: string;
  /** Twilio's CallStatus. */
  readonly status: string;
}

/** Places calls: each is checked as far as it can be before a phone rings. */
export class OutboundCalls {
  readonly #calls: Calls;
  readonly #waiting: WaitingCalls;
  readonly #config: Config;
  readonly #log: Logger;

  constructor(calls: Calls, waiting: WaitingCalls, config: Config, log: Logger) {
    this.#calls = calls;
    this.#waiting = waiting;
    this.#config = config;
    this.#log = log;
  }

  /**
   * Places a call. Its variables wait under `callId` for the admission; its record is there from
   * now on, also where Twilio refuses.
   * @throws CodedError `outbound_not_configured`, `bridge_draining`, `bridge_full`, `outbound_full`,
   * `twilio_refused`, `twilio_busy`, `twilio_unreachable`, or one of the agent and its variables.
   */
  async place(order: Order): Promise<PlacedCall> {
    const settings = readOutboundSettings(this.#config, order.from);
    const { draining, accepting } = this.#calls.describe();
    if (draining) throw new CodedError('bridge_draining');
    if (!accepting) throw new CodedError('bridge_full');
    const agent = order.agent ?? this.#config.AGENT;
    this.#calls.prepareAgent(agent, order.variables);
    const callId = `${CALL_ID_PREFIX}${randomBytes(12).toString('hex')}`;
    const { to, machineDetection } = order;
    const record = { callId, from: settings.from, to, direction: 'outbound-api', agent };
    this.#waiting.add({ callId, agent, variables: order.variables }, (callSid) => {
      if (callSid !== undefined)
        void this.#calls.placed.endUnconnected(callSid, new CodedError('outbound_call_unclaimed'));
    });
    this.#waiting.early.expect();
    let taken: TakenCall | undefined;
    try {
      taken = await createCall(settings, { callId, to, machineDetection }, (afterMs) =>
        this.#log.warn({ callId, twilioCode: 20429, afterMs }, 'Twilio is busy; asking again'),
      );
      // Where Twilio was quick the admission has come before, and it is bound already.
      this.#waiting.bindIfWaiting(callId, taken.callSid);
      await this.#calls.placed.open({ ...record, callSid: taken.callSid }, order.variables);
      return { callId, ...taken };
    } catch (error) {
      this.#waiting.forget(callId);
      // Without a CallSid the record stands under the callId.
      if (taken === undefined && error instanceof CodedError)
        this.#calls.placed.refuse({ ...record, callSid: callId }, error);
      throw error;
    } finally {
      for (const event of this.#waiting.early.settle(taken?.callSid))
        if (taken !== undefined) await this.#calls.takeEvent(taken.callSid, event);
    }
  }
}
