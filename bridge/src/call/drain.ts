/** What a drain has to do with the calls that are there. */
export interface DrainedCalls {
  /** True where no call is there, or about to come back. */
  isEmpty(): boolean;
  sayGoodbye(): void;
  endAll(): void;
}

/** How long a process lingers after its last call, so that `/stream-ended` gets its answer. */
const LINGER_MS = 2_000;
/** How long the goodbye may take to be heard once the drain has lasted long enough. */
const GOODBYE_MS = 15_000;

/** The end of a bridge that has calls: none is let in any more, and those that are there may end. */
export class Drain {
  readonly #calls: DrainedCalls;
  #hasBegun = false;
  #lastEndAtMs = -Infinity;
  #onEmpty: (() => void) | undefined;

  constructor(calls: DrainedCalls) {
    this.#calls = calls;
  }

  /** True from its beginning on. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** A call has ended. */
  noteEnd(): void {
    this.#lastEndAtMs = performance.now();
    this.check();
  }

  /** Something has changed: perhaps nobody is there any more. */
  check(): void {
    if (this.#calls.isEmpty()) this.#onEmpty?.();
  }

  /**
   * Waits for the calls that are there, and for one that comes back since its stream broke. After the
   * limit the agents say goodbye; what then is left is ended. With a limit of 0 it is ended at once.
   */
  async run(limitMs: number): Promise<void> {
    this.#hasBegun = true;
    const untilMs = performance.now() + limitMs;
    let isCut = false;
    do {
      const leftMs = Math.max(0, untilMs - performance.now());
      if (!this.#calls.isEmpty()) isCut = await this.#waitForEnd(leftMs);
      const lingerMs = this.#lastEndAtMs + LINGER_MS - performance.now();
      if (lingerMs > 0) await new Promise((resolve) => setTimeout(resolve, lingerMs));
    } while (!isCut && !this.#calls.isEmpty());
  }

  /** @returns true where what was left has been ended. */
  async #waitForEnd(limitMs: number): Promise<boolean> {
    let isCut = false;
    const empty = new Promise<void>((resolve) => (this.#onEmpty = resolve));
    let goodbye: NodeJS.Timeout | undefined;
    const cut = () => {
      isCut = true;
      this.#calls.endAll();
      this.#onEmpty?.();
    };
    const limit = setTimeout(() => {
      if (limitMs === 0) return cut();
      this.#calls.sayGoodbye();
      goodbye = setTimeout(cut, GOODBYE_MS);
    }, limitMs);
    await empty;
    clearTimeout(limit);
    clearTimeout(goodbye);
    return isCut;
  }
}
