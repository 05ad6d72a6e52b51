import type { CodedError } from '@realtime-phone/protocol/errors';
import { createRedaction, type Redaction } from './redaction';
import { maskPhoneNumber } from '@realtime-phone/protocol/masked-number';

/** An error or refusal, as `/diagnostics` shows it to operators. */
export interface LastError {
  /** ISO 8601, UTC: when it came last. */
  at: string;
  /** How often it came since it stands here. */
  times: number;
  /** One of ours, or Twilio's number as text. */
  readonly code: string;
  message: string;
  readonly remedy: string;
  readonly callSid?: string;
}

const OF_CALLS = 20;
const OF_NOBODY = 10;

/** E.164, or so many digits that they could be a number; those within a SID are none. */
const PHONE_NUMBERS = /\+\d{7,15}|(?<![\w.:-])\d{10,15}(?![\w.:-])/g;

/**
 * The last errors of a bridge, in memory and bounded. The same code of the same call is one entry.
 * What came before anybody had shown who they are is kept apart, without a CallSid: strangers knock
 * all day, and must push out nothing that belongs to a call.
 */
export class LastErrors {
  readonly #hide: Redaction;
  readonly #ofCalls = new Map<string, LastError>();
  readonly #ofNobody = new Map<string, LastError>();
  readonly #noted = new WeakSet<CodedError>();

  /** @param secrets what must never be shown, should a message of the other side repeat it. */
  constructor(secrets: readonly string[]) {
    this.#hide = createRedaction(secrets);
  }

  /** Notes an error; `callSid` only where it is known to be that call's. */
  note(code: string, message: string, remedy: string, callSid?: string): void {
    const [kept, most] =
      callSid === undefined ? [this.#ofNobody, OF_NOBODY] : [this.#ofCalls, OF_CALLS];
    const key = `${code} ${callSid ?? ''}`;
    const error = kept.get(key) ?? {
      at: '',
      times: 0,
      code,
      message: '',
      remedy,
      ...(callSid === undefined ? {} : { callSid }),
    };
    error.at = new Date().toISOString();
    error.times += 1;
    error.message = this.#clean(message);
    kept.delete(key); // a Map is in the order in which its keys came
    kept.set(key, error);
    for (const oldest of kept.keys()) {
      if (kept.size <= most) break;
      kept.delete(oldest);
    }
  }

  /** The same, of a coded error: once, where it passes several places on its way. */
  noteFault(error: CodedError, callSid?: string): void {
    if (this.#noted.has(error)) return;
    this.#noted.add(error);
    this.note(error.code, error.message, error.fault.remedy, callSid);
  }

  /** The newest first. */
  list(): readonly LastError[] {
    return [...this.#ofCalls.values(), ...this.#ofNobody.values()].sort((one, other) =>
      one.at < other.at ? 1 : -1,
    );
  }

  /** The same text without what must never be shown. */
  hideSecrets(text: string): string {
    return this.#hide(text);
  }

  #clean(message: string): string {
    return this.hideSecrets(message).slice(0, 500).replace(PHONE_NUMBERS, maskPhoneNumber);
  }
}
