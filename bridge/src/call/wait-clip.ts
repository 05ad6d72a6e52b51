/** While the wait goes on, the clip comes again after so much silence. */
const AGAIN_MS = 6_000;

/** What a caller waits for: a model that is not there, or one that is and owes an answer. */
export type Awaited = 'session' | 'answer';

/**
 * A clip for a caller who would hear nothing: all that was sent has been heard, and what comes next
 * takes its time. A model that is lost will be a while; one that thinks is left more time, since its
 * answer has to wait for the end of the clip.
 */
export class WaitClip {
  readonly #limitsMs: Readonly<Record<Awaited, number>>;
  readonly #play: () => void;
  #awaited: Awaited | undefined;
  /** Since when the caller waits and hears nothing. */
  #sinceMs: number | undefined;
  #wasPlayed = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param limitsMs how long it may be silent; 0 for ever. */
  constructor(limitsMs: Readonly<Record<Awaited, number>>, play: () => void) {
    this.#limitsMs = limitsMs;
    this.#play = play;
  }

  /**
   * Takes how things are, whenever they may have changed.
   * @param isQuiet whether the caller hears nothing.
   */
  watch(awaited: Awaited | undefined, isQuiet: boolean): void {
    if (awaited === undefined) return this.stop();
    if (!isQuiet) return this.#rest(awaited);
    if (this.#sinceMs !== undefined && awaited === this.#awaited) return;
    clearTimeout(this.#timer);
    this.#awaited = awaited;
    this.#sinceMs ??= performance.now();
    const limitMs = this.#limitsMs[awaited];
    if (limitMs === 0) return;
    const passedMs = performance.now() - this.#sinceMs;
    this.#timer = setTimeout(
      () => {
        this.#sinceMs = undefined;
        this.#wasPlayed = true;
        this.#play();
      },
      (this.#wasPlayed ? AGAIN_MS : limitMs) - passedMs,
    );
  }

  /** Nothing is waited for. */
  stop(): void {
    this.#rest(undefined);
    this.#wasPlayed = false;
  }

  #rest(awaited: Awaited | undefined): void {
    clearTimeout(this.#timer);
    this.#awaited = awaited;
    this.#sinceMs = undefined;
  }
}
