import { setTimeout as sleep } from 'node:timers/promises';
import { AudioTrack } from './audio-track';
import type { FetchedTwiml, StatusEvent, StreamReport } from './call-report';
import { Ear } from './ear';
import { Journal } from './journal';
import type { PhoneSettings } from './phone-options';
import type { Stream } from './stream';
import { Webhook } from './webhook';

/** Twilio's CallStatus. */
export type CallStatus =
  'ringing' | 'in-progress' | 'completed' | 'busy' | 'no-answer' | 'canceled';

/** The state of one call, which its verbs share. */
export class Call {
  readonly settings: PhoneSettings;
  readonly journal = new Journal();
  readonly webhook: Webhook;
  readonly ear: Ear;
  readonly agentTrack = new AudioTrack();
  readonly callerTrack = new AudioTrack();
  readonly twiml: FetchedTwiml[] = [];
  readonly streams: StreamReport[] = [];
  readonly statusEvents: StatusEvent[] = [];
  /** Status callbacks still under way. */
  readonly pending = new Set<Promise<void>>();
  status: CallStatus;
  answeredAtMs: number | undefined;
  readonly #hangUp = new AbortController();
  #stream: Stream | undefined;
  #streamWaiters: (() => void)[] = [];

  constructor(settings: PhoneSettings) {
    this.settings = settings;
    this.webhook = new Webhook(settings);
    this.ear = new Ear(() => this.journal.nowMs());
    this.status = settings.direction === 'inbound' ? 'ringing' : 'in-progress';
  }

  /** Aborted when the caller hangs up. */
  get hungUp(): AbortSignal {
    return this.#hangUp.signal;
  }

  /** True once the caller has hung up. */
  isOver(): boolean {
    return this.#hangUp.signal.aborted;
  }

  /** The caller hangs up. */
  hangUp(why: string): void {
    if (this.isOver()) return;
    this.journal.note('caller-hangs-up', `the caller hangs up: ${why}`);
    this.#hangUp.abort();
  }

  /** The first verb that answers has come. */
  answer(): void {
    if (this.answeredAtMs !== undefined) return;
    this.answeredAtMs = this.journal.nowMs();
    this.status = 'in-progress';
    this.journal.note('answered', 'the call is answered');
  }

  /** Waits for a time of the call, or until the caller hangs up. */
  async wait(ms: number): Promise<void> {
    const scaled = ms * this.settings.pauseScale;
    if (scaled <= 0 || this.isOver()) return;
    await sleep(Math.min(scaled, 2 ** 31 - 1), undefined, { signal: this.hungUp }).catch(() => {
      // hung up: the wait is over
    });
  }

  /** The stream that is open now. */
  get stream(): Stream | undefined {
    return this.#stream;
  }

  set stream(stream: Stream | undefined) {
    this.#stream = stream;
    if (stream === undefined) return;
    for (const go of this.#streamWaiters.splice(0)) go();
  }

  /** The stream that is open, or the next one; undefined if the call is over before. */
  async streamOpened(over: AbortSignal): Promise<Stream | undefined> {
    while (this.#stream === undefined && !over.aborted) {
      await new Promise<void>((resolve) => {
        this.#streamWaiters.push(resolve);
        over.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    return this.#stream;
  }

  /**
   * The parameters that every voice request has.
   * Source: https://www.twilio.com/docs/voice/twiml#request-parameters
   */
  parameters(): Record<string, string> {
    const { callSid, accountSid, from, to, direction } = this.settings;
    return {
      CallSid: callSid,
      AccountSid: accountSid,
      From: from,
      To: to,
      Caller: from,
      Called: to,
      CallStatus: this.status,
      ApiVersion: '2010-04-01',
      Direction: direction,
      ...placeOf('From', from),
      ...placeOf('To', to),
      ...placeOf('Caller', from),
      ...placeOf('Called', to),
    };
  }
}

/** Twilio sends an empty value for what it does not know of a number. */
function placeOf(role: string, number: string): Record<string, string> {
  return {
    [`${role}City`]: '',
    [`${role}State`]: '',
    [`${role}Zip`]: '',
    [`${role}Country`]: number.startsWith('+1') ? 'US' : '',
  };
}
