import { CodedError } from '@realtime-phone/protocol/errors';

/** Calls that lost the model longer ago than this say nothing of now. */
const WINDOW_MS = 30_000;

/** How a breaker stands: `half-open` means that one call is trying it. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/**
 * Whether a model is worth asking. Where several calls, one after the other, could not have a
 * session, or lost it, and none was served, the next would only keep its caller waiting: it is told
 * at the door instead. After a time one call may try, and if it is served the door is open again.
 */
export class Breaker {
  readonly #maxCalls: number;
  readonly #openMs: number;
  readonly #now: () => number;
  /** By call: when it lost the model last. */
  readonly #failed = new Map<string, number>();
  #openedAtMs: number | undefined;
  #trial: { readonly callSid: string; readonly sinceMs: number } | undefined;

  /**
   * @param maxCalls so many calls open it.
   * @param openMs how long it stays open before one call may try.
   */
  constructor(maxCalls: number, openMs: number, now: () => number = () => performance.now()) {
    this.#maxCalls = maxCalls;
    this.#openMs = openMs;
    this.#now = now;
  }

  get state(): BreakerState {
    if (this.#openedAtMs === undefined) return 'closed';
    return this.#trial === undefined ? 'open' : 'half-open';
  }

  /** Whether a call may be let in with this model; where it is time for a trial, this is it. */
  admits(callSid: string): boolean {
    if (this.#openedAtMs === undefined) return true;
    if (this.waitMs > 0) return false;
    this.#trial = { callSid, sinceMs: this.#now() };
    return true;
  }

  /** True where this call had better ask another model, if there is one. */
  isOpenFor(callSid: string): boolean {
    return this.#openedAtMs !== undefined && this.#trial?.callSid !== callSid;
  }

  /** How long until another call may try it; 0 where one may now. */
  get waitMs(): number {
    if (this.#openedAtMs === undefined) return 0;
    // A trial that ends without a word, since the caller hung up, does not hold the door for ever.
    const sinceMs = this.#trial?.sinceMs ?? this.#openedAtMs;
    return Math.max(0, sinceMs + this.#openMs - this.#now());
  }

  /** A call could not have a session, or lost it, for no reason of its own. */
  noteFailure(callSid: string): void {
    const nowMs = this.#now();
    this.#failed.set(callSid, nowMs);
    for (const [sid, atMs] of this.#failed) if (nowMs - atMs > WINDOW_MS) this.#failed.delete(sid);
    const isTrial = this.#trial?.callSid === callSid;
    if (!isTrial && (this.#openedAtMs !== undefined || this.#failed.size < this.#maxCalls)) return;
    this.#openedAtMs = nowMs;
    this.#trial = undefined;
  }

  /** The model served a call. */
  noteSuccess(): void {
    this.#failed.clear();
    this.#openedAtMs = undefined;
    this.#trial = undefined;
  }
}

/** Whether one of the endpoints may be tried for a call. */
export function admitsAny(
  endpoints: readonly { readonly breaker: Breaker }[],
  callSid: string,
): boolean {
  return endpoints.some(({ breaker }) => breaker.admits(callSid));
}

/**
 * Lets a call pass where one of the endpoints may be tried for it.
 * @throws CodedError `model_down`, with the time after which one may be.
 */
export function requireModel(
  endpoints: readonly { readonly breaker: Breaker }[],
  callSid: string,
): void {
  if (admitsAny(endpoints, callSid)) return;
  const waitMs = Math.min(...endpoints.map(({ breaker }) => breaker.waitMs));
  throw new CodedError('model_down', undefined, { retryAfterS: Math.ceil(waitMs / 1_000) });
}
