import type { AdmissionGrant, AdmissionRequest } from '@realtime-phone/protocol/admission';
import type { CallEvent } from '@realtime-phone/protocol/call-event';
import { CodedError } from '@realtime-phone/protocol/errors';
import type { NextRequest, NextStep } from '@realtime-phone/protocol/next';
import type { Logger } from 'pino';
import type { Agent } from '../agent/agent-file';
import { maskPhoneNumber } from '../log';
import type { CallRecord } from '../records/call-record';
import type { CallStore } from '../records/call-store';
import { Call, type CallSurroundings } from './call';
import { Course } from './course';

/** How long a process lingers after its last call, so that `/stream-ended` gets its answer. */
const LINGER_MS = 2_000;

/**
 * The calls of one bridge: who is let in, who is there, and what comes next for one that ended.
 */
export class Calls {
  readonly #around: CallSurroundings;
  readonly #agents: ReadonlyMap<string, Agent>;
  readonly #store: CallStore;
  readonly #log: Logger;
  readonly #live = new Map<string, { readonly call: Call; readonly course: Course }>();
  #draining = false;
  #lastEndAtMs = -Infinity;
  #onEmpty: (() => void) | undefined;

  constructor(
    around: CallSurroundings,
    agents: ReadonlyMap<string, Agent>,
    store: CallStore,
    log: Logger,
  ) {
    this.#around = around;
    this.#agents = agents;
    this.#store = store;
    this.#log = log;
  }

  /** What `/readyz` shows. */
  describe(): { calls: number; capacity: number; accepting: boolean; draining: boolean } {
    const calls = this.#live.size;
    const capacity = this.#around.config.MAX_CALLS;
    return {
      calls,
      capacity,
      accepting: !this.#draining && calls < capacity,
      draining: this.#draining,
    };
  }

  /** Calls that are admitted or streaming. */
  get size(): number {
    return this.#live.size;
  }

  /**
   * Lets a call in: opens its model session at once, so that it is warm when audio comes. A call
   * that was let in already keeps its session and gets a new token.
   * @throws CodedError `bridge_draining`, `bridge_full`, `agent_unknown` or `call_already_streaming`.
   */
  admit(request: AdmissionRequest): AdmissionGrant {
    const { config, metrics } = this.#around;
    const known = this.#live.get(request.callSid);
    if (known?.call.phase === 'streaming') throw new CodedError('call_already_streaming');
    if (known !== undefined) return this.#grant(known.call);
    if (this.#draining) throw new CodedError('bridge_draining');
    if (this.#live.size >= config.MAX_CALLS) {
      throw new CodedError('bridge_full', `${this.#live.size} of ${config.MAX_CALLS}`);
    }
    const name = request.agent ?? config.AGENT;
    const agent = this.#agents.get(name);
    if (agent === undefined) throw new CodedError('agent_unknown', name.slice(0, 64));
    const course = this.#openCourse(request, agent);
    course.note('call admitted', {
      agent: name,
      direction: request.direction,
      from: course.record.from,
      to: course.record.to,
    });
    metrics.admitted.inc();
    const call = new Call(request, agent, course, this.#around, (ended) => this.#remove(ended));
    this.#live.set(request.callSid, { call, course });
    course.save();
    return this.#grant(call);
  }

  /**
   * The call that a stream is expected for.
   * @throws CodedError `call_not_admitted` or `call_already_streaming`.
   */
  expect(callSid: string): Call {
    const call = this.#live.get(callSid)?.call;
    if (call === undefined) throw new CodedError('call_not_admitted');
    if (call.phase === 'streaming') throw new CodedError('call_already_streaming');
    return call;
  }

  /**
   * What Twilio shall do with a call whose stream has ended.
   * @throws CodedError `call_unknown`.
   */
  decideNext(callSid: string, request: NextRequest): NextStep {
    // Twilio may be here before its socket is seen to close; for the call the stream is over.
    const live = this.#live.get(callSid);
    if (live?.call.phase === 'streaming')
      live.call.endStream(new CodedError('stream_lost', 'Twilio went on'));
    const record = live?.course.record ?? this.#readPast(callSid);
    if (record === undefined) throw new CodedError('call_unknown');
    const { end } = record;
    const over = end !== undefined && (end.code === undefined || end.code === 'call_too_long');
    const step: NextStep = over ? { action: 'hangup' } : { action: 'fallback' };
    this.#log.info(
      { callSid, reason: request.reason, try: request.try, action: step.action },
      'next decided',
    );
    return step;
  }

  /** Takes a status event; one of a call that is not known is only logged. */
  takeEvent(callSid: string, event: CallEvent): void {
    const live = this.#live.get(callSid);
    if (live !== undefined) {
      live.course.event(event);
      // A stop, the close of the socket and this are three ways to learn of the same end.
      if (isOver(event)) live.call.end('caller');
      return;
    }
    const record = this.#readPast(callSid);
    if (record !== undefined) return this.#courseOf(record).event(event);
    this.#log.info(
      { callSid, source: event.source },
      'status event of a call that was not admitted',
    );
  }

  /** The record of a call, live or past. */
  read(callSid: string): CallRecord | undefined {
    return this.#live.get(callSid)?.course.record ?? this.#readPast(callSid);
  }

  /** The newest records. */
  list(limit: number): readonly CallRecord[] {
    return this.#store.list(limit);
  }

  /**
   * Lets no more calls in and waits for those that are there, streams of admitted ones included;
   * after the limit they are ended.
   */
  async drain(limitMs: number): Promise<void> {
    this.#draining = true;
    if (this.#live.size > 0) {
      const empty = new Promise<void>((resolve) => (this.#onEmpty = resolve));
      const limit = setTimeout(() => this.endAll(), limitMs);
      await empty;
      clearTimeout(limit);
    }
    const lingerMs = this.#lastEndAtMs + LINGER_MS - performance.now();
    if (lingerMs > 0) await new Promise((resolve) => setTimeout(resolve, lingerMs));
  }

  /** Ends every call. */
  endAll(): void {
    for (const { call } of [...this.#live.values()])
      call.end('bridge', new CodedError('bridge_stopped'));
  }

  #grant(call: Call): AdmissionGrant {
    const { token, expiresAtMs } = call.admit();
    return {
      streamUrl: `wss://${this.#around.config.PUBLIC_DOMAIN}/media-stream/${call.callSid}`,
      token,
      expiresAt: new Date(expiresAtMs).toISOString(),
    };
  }

  #remove(call: Call): void {
    if (this.#live.get(call.callSid)?.call === call) this.#live.delete(call.callSid);
    this.#lastEndAtMs = performance.now();
    if (this.#live.size === 0) this.#onEmpty?.();
  }

  #openCourse(request: AdmissionRequest, agent: Agent): Course {
    const past = this.#readPast(request.callSid);
    if (past !== undefined) {
      delete past.end;
      delete past.endedAt;
      return this.#courseOf(past);
    }
    const show =
      this.#around.config.LOG_PHONE_NUMBERS === 'full' ? (text: string) => text : maskPhoneNumber;
    return this.#courseOf({
      callSid: request.callSid,
      ...(request.callId === undefined ? {} : { callId: request.callId }),
      from: show(request.from),
      to: show(request.to),
      direction: request.direction,
      agent: agent.name,
      admittedAt: new Date().toISOString(),
      course: [],
      turns: [],
      statusEvents: [],
      errors: [],
      heardMs: 0,
      bargeIns: 0,
      callerBytes: 0,
      agentBytes: 0,
    });
  }

  /** A store that cannot be read costs the past of a call, not the call. */
  #readPast(callSid: string): CallRecord | undefined {
    try {
      return this.#store.get(callSid);
    } catch (error) {
      this.#log.error({ callSid, err: error }, 'a call record could not be read');
      return undefined;
    }
  }

  #courseOf(record: CallRecord): Course {
    return new Course(record, this.#log, this.#store, () => this.#around.metrics.recordsLost.inc());
  }
}

/** Source: https://www.twilio.com/docs/voice/api/call-resource#call-status-values */
const OVER: ReadonlySet<string> = new Set(['completed', 'busy', 'failed', 'no-answer', 'canceled']);

function isOver({ source, parameters }: CallEvent): boolean {
  return source === 'call-status' && OVER.has(parameters.CallStatus ?? '');
}
