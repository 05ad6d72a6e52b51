import { setTimeout as sleep } from 'node:timers/promises';

/** What the caller knows of the agent by listening. */
export class Ear {
  readonly #nowMs: () => number;
  #playing = false;
  #lastHeardMs = -1;
  #waiters: (() => void)[] = [];

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Agent audio begins to sound. */
  begins(): void {
    this.#playing = true;
    this.#wake();
  }

  /** Agent audio has ended. */
  ends(atMs: number): void {
    this.#playing = false;
    this.#lastHeardMs = atMs;
    this.#wake();
  }

  /** Until agent audio sounds; false if `over` came before. */
  async speaks(over: AbortSignal): Promise<boolean> {
    while (!this.#playing && !over.aborted) await this.#changed(over);
    return this.#playing;
  }

  /**
   * Until agent audio was heard after `sinceMs`, and then nothing for `quietMs`; false if `over`
   * came before.
   */
  async finished(sinceMs: number, quietMs: number, over: AbortSignal): Promise<boolean> {
    while (!over.aborted) {
      if (this.#playing || this.#lastHeardMs <= sinceMs) {
        await this.#changed(over);
        continue;
      }
      const restMs = this.#lastHeardMs + quietMs - this.#nowMs();
      if (restMs <= 0) return true;
      const enough = new AbortController();
      await Promise.race([
        this.#changed(over),
        sleep(Math.ceil(restMs), undefined, { signal: enough.signal }).catch(() => undefined),
      ]);
      enough.abort();
    }
    return false;
  }

  #changed(over: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      over.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  #wake(): void {
    for (const wake of this.#waiters.splice(0)) wake();
  }
}
