const STALL_MS = 30;

/** Notices when the event loop of this process stands still: its clocks tell nothing then. */
export class LoopWatch {
  readonly #stalls: { readonly fromMs: number; readonly toMs: number }[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor() {
    let lastMs = performance.now();
    this.#timer = setInterval(() => {
      const nowMs = performance.now();
      if (nowMs - lastMs > STALL_MS) this.#stalls.push({ fromMs: lastMs, toMs: nowMs });
      lastMs = nowMs;
    }, 5);
  }

  /** True where it went on all the time between two moments. */
  wentOn(fromMs: number, toMs: number): boolean {
    return !this.#stalls.some((stall) => stall.toMs > fromMs && stall.fromMs < toMs);
  }

  /** The longest that it stood still, in milliseconds; 0 where it never did. */
  get longestMs(): number {
    return Math.max(0, ...this.#stalls.map(({ fromMs, toMs }) => toMs - fromMs));
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
