const SAMPLE_MS = 5;
/** Less is how timers are. */
const PAUSE_MS = 8;

/** Notices when the event loop of this process stands still: its clocks tell nothing then. */
export class LoopWatch {
  readonly #pauses: { readonly fromMs: number; readonly toMs: number }[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor() {
    let lastMs = performance.now();
    this.#timer = setInterval(() => {
      const nowMs = performance.now();
      if (nowMs - lastMs > PAUSE_MS) this.#pauses.push({ fromMs: lastMs, toMs: nowMs });
      lastMs = nowMs;
    }, SAMPLE_MS);
  }

  /** The longest that it stood still between two moments: by as much may a clock be off there. */
  pausedMs(fromMs: number, toMs: number): number {
    return Math.max(0, ...this.#lengthsMs(fromMs, toMs));
  }

  /** All that it stood still between two moments: by as much may what goes through several hands be late. */
  pausedInAllMs(fromMs: number, toMs: number): number {
    return this.#lengthsMs(fromMs, toMs).reduce((sum, lengthMs) => sum + lengthMs, 0);
  }

  /** The longest that it stood still, in milliseconds; 0 where it never did. */
  get longestMs(): number {
    return this.pausedMs(-Infinity, Infinity);
  }

  #lengthsMs(fromMs: number, toMs: number): readonly number[] {
    return this.#pauses
      .filter((pause) => pause.toMs > fromMs && pause.fromMs < toMs)
      .map((pause) => pause.toMs - pause.fromMs - SAMPLE_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
