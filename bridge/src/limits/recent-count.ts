/** Under an attack with ever new keys the oldest give way to the newest. */
const MAX_KEYS = 10_000;

/** How often something happened for each key within the last so many milliseconds; in memory, bounded. */
export class RecentCount {
  readonly #windowMs: number;
  /** By key, the one that was noted last at the end; times are of a monotonic clock. */
  readonly #times = new Map<string, number[]>();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** How many keys are kept. */
  get size(): number {
    return this.#times.size;
  }

  /** How often it happened to this key within the window. */
  count(key: string, nowMs = performance.now()): number {
    const times = this.#times.get(key);
    if (times === undefined) return 0;
    const from = times.findIndex((atMs) => atMs > nowMs - this.#windowMs);
    if (from < 0) this.#times.delete(key);
    else if (from > 0) times.splice(0, from);
    return from < 0 ? 0 : times.length;
  }

  /**
   * Notes that it happened.
   * @param most so many of a key are kept: what is over the limit need not be counted.
   */
  note(key: string, most: number, nowMs = performance.now()): void {
    const times = this.#times.get(key) ?? [];
    times.push(nowMs);
    if (times.length > most) times.shift();
    this.#times.delete(key); // a Map is in the order in which its keys came
    this.#times.set(key, times);
    for (const [oldest, of] of this.#times) {
      const isOver = (of.at(-1) ?? 0) <= nowMs - this.#windowMs;
      if (!isOver && this.#times.size <= MAX_KEYS) break;
      this.#times.delete(oldest);
    }
  }
}
