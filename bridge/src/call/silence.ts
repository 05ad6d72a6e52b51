/** What happens when nobody speaks. */
export interface SilenceListener {
  /** The agent asks whether the caller is still there. */
  onAsk(): void;
  /** It asked often enough: the call ends politely. */
  onGiveUp(): void;
}

/**
 * The silence of a caller: counted from when the agent was last heard, or the caller last spoke.
 */
export class Silence {
  readonly #limitMs: number;
  readonly #maxAsked: number;
  readonly #listener: SilenceListener;
  #asked = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param maxAsked how often the agent asks before it gives up. */
  constructor(limitMs: number, maxAsked: number, listener: SilenceListener) {
    this.#limitMs = limitMs;
    this.#maxAsked = maxAsked;
    this.#listener = listener;
  }

  /** Nobody speaks: the time begins. */
  begin(): void {
    this.stop();
    this.#timer = setTimeout(() => {
      if (this.#asked >= this.#maxAsked) return this.#listener.onGiveUp();
      this.#asked += 1;
      this.#listener.onAsk();
    }, this.#limitMs);
  }

  /** The caller is there. */
  callerSpeaks(): void {
    this.#asked = 0;
    this.stop();
  }

  /** Somebody speaks: the time does not count. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
