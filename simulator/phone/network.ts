/** A network as one message sees it. */
export interface Network {
  readonly delayMs: number;
  readonly jitterMs: number;
  /** From 0 to under 1. */
  readonly random: () => number;
}

/** One direction of a network: everything comes late by delay and jitter, in the order it was sent. */
export class DelayLine {
  readonly #network: Network;
  readonly #waiting: { dueMs: number; deliver: () => void }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #lastDueMs = 0;

  constructor(network: Network) {
    this.#network = network;
  }

  /** Delivers after the delay; at once, and in this very tick, where there is none. */
  send(deliver: () => void): void {
    const { delayMs, jitterMs, random } = this.#network;
    if (delayMs <= 0 && jitterMs <= 0) {
      deliver();
      return;
    }
    const dueMs = performance.now() + delayMs + random() * jitterMs;
    this.#lastDueMs = Math.max(this.#lastDueMs, dueMs);
    this.#waiting.push({ dueMs: this.#lastDueMs, deliver });
    this.#timer ??= this.#arm();
  }

  /** Forgets what is still under way. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.length = 0;
  }

  #arm(): NodeJS.Timeout | undefined {
    const [next] = this.#waiting;
    if (next === undefined) return undefined;
    return setTimeout(() => this.#deliverDue(), Math.max(next.dueMs - performance.now(), 0));
  }

  #deliverDue(): void {
    // Timers may fire a little early; half a millisecond is below what they can do.
    const nowMs = performance.now() + 0.5;
    for (let next = this.#waiting[0]; next && next.dueMs <= nowMs; next = this.#waiting[0]) {
      this.#waiting.shift();
      next.deliver();
    }
    this.#timer = this.#arm();
  }
}

/** Repeatable random numbers from 0 to under 1 (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
