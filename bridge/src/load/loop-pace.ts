/** From so much work on the loop goes slower, and from so little on faster again. */
const SLOWER_FROM = 0.85;
const FASTER_FROM = 0.78;
/** So much work means that the loop does not keep up. */
const MUCH_SLOWER_FROM = 0.95;
const MUCH_SLOWER = 1.5;
const SLOWER = 1.15;
const FASTER = 0.92;
/** Half of the turns then find two frames of a call. Slower still, frames would be late by far. */
const SLOWEST_MS = 30;
/** At this pace frames come about as late as callers may be asked to bear. */
const SLOW_MS = 15;

/**
 * The time from one turn of the event loop to the next: the shortest that leaves the loop some time. A
 * busy loop goes slower, up to where a turn often finds two frames of one call, which are read and
 * written together. That costs some milliseconds more, and without it everybody would wait for a loop
 * that does not keep up.
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
    const slowestMs = Math.max(SLOWEST_MS, this.#fastestMs);
    if (busyShare > MUCH_SLOWER_FROM) this.#ms = Math.min(slowestMs, this.#ms * MUCH_SLOWER);
    else if (busyShare > SLOWER_FROM) this.#ms = Math.min(slowestMs, this.#ms * SLOWER);
    else if (busyShare < FASTER_FROM) this.#ms = Math.max(this.#fastestMs, this.#ms * FASTER);
  }
}
