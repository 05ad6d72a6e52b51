import { setTimeout as sleep } from 'node:timers/promises';
import { type PhoneCall, placeCall } from '../phone/phone-call';
import { makeSid } from '../phone/phone-options';
import { Webhook, WebhookFailure } from '../phone/webhook';
import type { CallRequest } from './call-request';
import type { CallsApiOptions } from './calls-api';

/** How long it rings. */
const RING_MS = 50;
const WEBHOOK_MS = 15_000;

/** One call that was placed: it rings, is taken by the simulated phone or not, and tells of it. */
export class PlacedCall {
  readonly callSid = makeSid('CA');
  readonly #wanted: CallRequest;
  readonly #options: CallsApiOptions;
  readonly #webhook: Webhook;
  readonly #over = new AbortController();
  readonly #course: Promise<void>;
  #phone: PhoneCall | undefined;
  #sequence = 0;

  constructor(wanted: CallRequest, options: CallsApiOptions, onTaken: (phone: PhoneCall) => void) {
    this.#wanted = wanted;
    this.#options = options;
    this.#webhook = new Webhook({
      authToken: options.authToken,
      hosts: options.phone.hosts ?? {},
      webhookTimeoutMs: WEBHOOK_MS,
    });
    this.#course = this.#run(onTaken).finally(() => this.#webhook.close());
  }

  /** Hangs up, and resolves when everything has been told. */
  async end(): Promise<void> {
    this.#over.abort();
    this.#phone?.hangUp();
    await this.#course;
  }

  async #run(onTaken: (phone: PhoneCall) => void): Promise<void> {
    const { to, from, url, fallbackUrl, statusCallback, events } = this.#wanted;
    await this.#tell('initiated');
    await this.#tell('ringing');
    await this.#pause(RING_MS);
    const { notTaken, phone, accountSid, authToken } = this.#options;
    if (notTaken !== undefined) return this.#tell('completed', notTaken);
    await this.#tell('answered', 'in-progress');
    this.#phone = placeCall({
      ...phone,
      callSid: this.callSid,
      accountSid,
      authToken,
      voiceUrl: url,
      fallbackUrl,
      // Without events named, Twilio tells of the end alone.
      statusCallback:
        events.length === 0 || events.includes('completed') ? statusCallback : undefined,
      statusCallbacksBefore: this.#sequence,
      from,
      to,
      direction: 'outbound-api',
    });
    onTaken(this.#phone);
    void this.#detectMachine();
    await this.#phone.finished;
  }

  async #detectMachine(): Promise<void> {
    const { asyncAmdStatusCallback: url } = this.#wanted;
    const found = this.#options.answeredBy ?? { value: 'human', afterMs: 1_000 };
    if (url === undefined) return;
    await this.#pause(found.afterMs);
    if (this.#over.signal.aborted) return;
    const MachineDetectionDuration = String(found.afterMs);
    await this.#post(url, { AnsweredBy: found.value, MachineDetectionDuration });
  }

  async #tell(event: string, status = event): Promise<void> {
    const { statusCallback, events } = this.#wanted;
    const isWanted = events.length === 0 ? event === 'completed' : events.includes(event);
    if (statusCallback === undefined || !isWanted) return;
    const SequenceNumber = String(this.#sequence);
    this.#sequence += 1;
    await this.#post(statusCallback, {
      CallStatus: status,
      Direction: 'outbound-api',
      From: this.#wanted.from,
      To: this.#wanted.to,
      CallbackSource: 'call-progress-events',
      SequenceNumber,
      Timestamp: new Date().toUTCString().replace('GMT', '+0000'),
    });
  }

  /** A callback that fails costs the callback, as with Twilio. */
  async #post(url: string, parameters: Readonly<Record<string, string>>): Promise<void> {
    const { accountSid } = this.#options;
    const all = { CallSid: this.callSid, AccountSid: accountSid, ...parameters };
    try {
      await this.#webhook.send({ url, method: 'POST', parameters: all });
    } catch (error) {
      if (!(error instanceof WebhookFailure)) throw error;
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#over.signal }).catch(() => undefined); // hung up
  }
}
