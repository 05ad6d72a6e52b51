/**
 * A step that ends the stream: a hang-up, a transfer. It waits until what the agent said before it
 * has been heard, with a limit; a hang-up is called off if the caller speaks.
 */
export class Farewell {
  readonly #isSpeaking: () => boolean;
  readonly #limitMs: number;
  #pending: { readonly then: () => void; readonly firm: boolean } | undefined;
  #limit: NodeJS.Timeout | undefined;

  /**
   * @param isSpeaking true while the agent is heard, or has something to say.
   * @param limitMs how long the last words may take to be heard.
   */
  constructor(isSpeaking: () => boolean, limitMs: number) {
    this.#isSpeaking = isSpeaking;
    this.#limitMs = limitMs;
  }

  /** True while the stream is about to end. */
  get isPending(): boolean {
    return this.#pending !== undefined;
  }

  /**
   * Does it once all has been heard. The first step that is begun is the one that is taken.
   * @param firm whether the caller's speech leaves it standing.
   */
  begin(then: () => void, firm: boolean, limitMs = this.#limitMs): void {
    if (this.isPending) return;
    this.#pending = { then, firm };
    this.#limit = setTimeout(() => this.#end(), limitMs);
    this.check();
  }

  /** Something has ended: a response, or what the caller hears. */
  check(): void {
    if (this.isPending && !this.#isSpeaking()) this.#end();
  }

  /**
   * The caller speaks, so the call goes on.
   * @returns true where a step was called off.
   */
  callOff(): boolean {
    if (this.#pending === undefined || this.#pending.firm) return false;
    this.stop();
    return true;
  }

  /** Ends the watch. */
  stop(): void {
    clearTimeout(this.#limit);
    this.#pending = undefined;
  }

  #end(): void {
    const then = this.#pending?.then;
    this.stop();
    then?.();
  }
}
