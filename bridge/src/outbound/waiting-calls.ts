import { CodedError } from '@realtime-phone/protocol/errors';
import { EarlyEvents } from './early-events';

/** What a placed call brings to its admission. */
export interface WaitingCall {
  readonly callId: string;
  readonly agent: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** How the id of a placed call begins. */
export const CALL_ID_PREFIX = 'out_';

interface Place {
  readonly call: WaitingCall;
  callSid: string | undefined;
  readonly limit: NodeJS.Timeout;
}

/**
 * The placed calls that Twilio has not asked about yet. Bounded in number and age: what is never
 * claimed goes.
 */
export class WaitingCalls {
  /** What Twilio tells of a call before it has told its CallSid. */
  readonly early = new EarlyEvents();
  readonly #places = new Map<string, Place>();
  readonly #max: number;
  readonly #maxAgeMs: number;

  constructor(max: number, maxAgeMs: number) {
    this.#max = max;
    this.#maxAgeMs = maxAgeMs;
  }

  /** How many wait. */
  get size(): number {
    return this.#places.size;
  }

  /** Whether a call waits under this id. */
  has(callId: string | undefined): boolean {
    return callId !== undefined && this.#places.has(callId);
  }

  /**
   * Keeps a call until it is claimed, forgotten or too old.
   * @param onExpired told once where it grew too old; with the CallSid, if it was known.
   * @throws CodedError `outbound_full`.
   */
  add(call: WaitingCall, onExpired: (callSid: string | undefined) => void): void {
    if (this.#places.size >= this.#max) throw new CodedError('outbound_full', `${this.#max}`);
    const limit = setTimeout(() => {
      const callSid = this.#places.get(call.callId)?.callSid;
      this.#places.delete(call.callId);
      onExpired(callSid);
    }, this.#maxAgeMs).unref();
    this.#places.set(call.callId, { call, callSid: undefined, limit });
  }

  /** Notes which of Twilio's calls it is, if it still waits: no other may claim it from now on. */
  bindIfWaiting(callId: string, callSid: string): void {
    const place = this.#places.get(callId);
    if (place !== undefined) place.callSid ??= callSid;
  }

  /**
   * Hands a call to the admission that it was placed for. An id that is no bridge's, as of a program
   * that places its calls itself, is only a name, and brings nothing.
   * @throws CodedError `outbound_call_unknown`.
   */
  claim(callId: string, callSid: string): WaitingCall | undefined {
    if (!callId.startsWith(CALL_ID_PREFIX)) return undefined;
    const place = this.#places.get(callId);
    if (place === undefined || (place.callSid ?? callSid) !== callSid)
      throw new CodedError('outbound_call_unknown', callId.slice(0, 64));
    this.forget(callId);
    return place.call;
  }

  /** Lets a call go: it is connected, or over. */
  forget(callId: string): void {
    clearTimeout(this.#places.get(callId)?.limit);
    this.#places.delete(callId);
  }
}
