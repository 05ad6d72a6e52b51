import type { CallControls } from './call-controls';

const WORDS =
  'Say in one short phrase, in the language of the call, that you are still looking and it takes a moment.';

/** A word of the agent for a tool that takes its time: once, when nobody has spoken for a while. */
export class Filler {
  readonly #delayMs: number;
  readonly #controls: Pick<CallControls, 'ask' | 'isIdle'>;
  #isDone = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param delayMs how long it may be quiet. */
  constructor(delayMs: number, controls: Pick<CallControls, 'ask' | 'isIdle'>) {
    this.#delayMs = delayMs;
    this.#controls = controls;
  }

  /** The time begins, anew if it runs. Who speaks when it is over needs no filler. */
  begin(): void {
    clearTimeout(this.#timer);
    if (this.#isDone) return;
    this.#timer = setTimeout(() => {
      if (!this.#controls.isIdle()) return;
      this.#isDone = true;
      this.#controls.ask({ response: { instructions: WORDS, tool_choice: 'none' } });
    }, this.#delayMs);
  }

  /** The tool has answered. */
  stop(): void {
    this.#isDone = true;
    clearTimeout(this.#timer);
  }
}
