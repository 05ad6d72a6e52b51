/** While the wait goes on, the clip comes again after so much silence. */
const AGAIN_MS = 6_000;

/** A clip for a caller who would hear nothing: the model is lost, and all that it said has been heard. */
export class WaitClip {
  readonly #waitMs: number;
  readonly #play: () => void;
  #isLost = false;
  #wasPlayed = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param waitMs how long it may be silent. */
  constructor(waitMs: number, play: () => void) {
    this.#waitMs = waitMs;
    this.#play = play;
  }

  /** @param isQuiet whether the caller hears nothing already. */
  lost(isQuiet: boolean): void {
    this.#isLost = true;
    this.#wasPlayed = false;
    if (isQuiet) this.quiet();
  }

  /** The caller hears nothing now. */
  quiet(): void {
    clearTimeout(this.#timer);
    if (!this.#isLost) return;
    this.#timer = setTimeout(
      () => {
        this.#wasPlayed = true;
        this.#play();
      },
      this.#wasPlayed ? AGAIN_MS : this.#waitMs,
    );
  }

  /** There is a model again, or the call is over. */
  stop(): void {
    this.#isLost = false;
    clearTimeout(this.#timer);
  }
}
