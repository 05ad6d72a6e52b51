/** Waits for the stream of an admitted call, tells once that it is late, and then how late it came. */
export class StreamArrival {
  readonly #limitS: number;
  readonly #onLate: (limitS: number) => void;
  #expectedAtMs = 0;
  #isLate = false;
  #watch: NodeJS.Timeout | undefined;

  constructor(limitS: number, onLate: (limitS: number) => void) {
    this.#limitS = limitS;
    this.#onLate = onLate;
  }

  /** Waits from now on; an admission that is repeated begins anew, for so does Twilio. */
  expect(): void {
    this.stop();
    this.#expectedAtMs = performance.now();
    this.#watch = setTimeout(() => {
      if (!this.#isLate) this.#onLate(this.#limitS);
      this.#isLate = true;
    }, this.#limitS * 1_000);
  }

  /** The stream is here: gives the seconds that it took, where it had been told late. */
  arrive(): number | undefined {
    this.stop();
    const wasLate = this.#isLate;
    this.#isLate = false;
    return wasLate ? Math.round((performance.now() - this.#expectedAtMs) / 1_000) : undefined;
  }

  /** Waits no longer. */
  stop(): void {
    clearTimeout(this.#watch);
  }
}
