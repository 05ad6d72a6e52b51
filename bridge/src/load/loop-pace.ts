/** From so much work on the loop goes slower, and from so little on faster again. */
const SLOWER_FROM = 0.85;
const FASTER_FROM = 0.78;
const SLOWER = 1.15;
const FASTER = 0.92;
/** Turns that are longer than this save nothing more, but for frames of a call that come together. */
const CALM_MS = 5;
/** So much work means that the loop does not keep up. */
const BEHIND_FROM = 0.97;
const BEHIND = 1.5;
/** Once it keeps up again, callers shall not wait for long. */
const RECOVERED = 0.8;
/** So many turns find two frames of a call that it is worth while. Slower still, all would be late by far. */
const SLOWEST_MS = 20;
/** A pace at which only those that are there already may be served. */
const SLOW_MS = 10;

/**
 * The time from one turn of the event loop to the next. A busy loop goes a little slower, so that it does
 * not spend its time on looking for work. One that does not keep up goes as slow as callers may be asked
 * to bear: a turn then often finds two frames of one call, which are read and written together, and
 * without it everybody would wait longer and longer.
 */
export class LoopPace {
  readonly #fastestMs: number;
  #ms: number;

  /** @param fastestMs where there is time enough. */
  constructor(fastestMs: number) {
    this.#fastestMs = fastestMs;
    this.#ms = fastestMs;
  }

  /** From one turn to the next. */
  get ms(): number {
    return this.#ms;
  }

  /** True where more work would make frames late by far. */
  get isSlow(): boolean {
    return this.#ms >= Math.max(SLOW_MS, this.#fastestMs * 2);
  }

  /** Goes as fast as it may: there is nothing to adapt to. */
  reset(): void {
    this.#ms = this.#fastestMs;
  }

  /** Goes slower or faster. @param busyShare how much of the time since the last look was work, 0 to 1. */
  adapt(busyShare: number): void {
    if (busyShare > BEHIND_FROM) this.#slowDown(BEHIND, SLOWEST_MS);
    else if (this.#ms > CALM_MS) this.#speedUp(RECOVERED, CALM_MS);
    else if (busyShare > SLOWER_FROM) this.#slowDown(SLOWER, CALM_MS);
    else if (busyShare < FASTER_FROM) this.#speedUp(FASTER, this.#fastestMs);
  }

  #speedUp(factor: number, leastMs: number): void {
    this.#ms = Math.max(this.#fastestMs, leastMs, this.#ms * factor);
  }

  #slowDown(factor: number, mostMs: number): void {
    this.#ms = Math.max(this.#ms, Math.min(mostMs, this.#ms * factor));
  }
}
