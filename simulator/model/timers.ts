/** The pending timers of one session; all of them end with it. */
export class Timers {
  readonly #pending = new Set<NodeJS.Timeout>();
  #stopped = false;

  /** Runs `then` after that many milliseconds, unless all timers end first; gives a way to call it off. */
  after(delayMs: number, then: () => void): () => void {
    if (this.#stopped) return () => undefined;
    const timer = setTimeout(
      () => {
        this.#pending.delete(timer);
        then();
      },
      Math.max(0, delayMs),
    );
    this.#pending.add(timer);
    return () => {
      clearTimeout(timer);
      this.#pending.delete(timer);
    };
  }

  /** Ends all timers, and refuses new ones. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#pending) clearTimeout(timer);
    this.#pending.clear();
  }
}
