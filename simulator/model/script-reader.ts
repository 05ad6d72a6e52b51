import type { Reply, Script, When } from './script';

/** Something to answer: a turn of the caller or a text in their name, or the result of a function. */
export interface Input {
  readonly kind: 'heard' | 'output';
  readonly text: string;
}

/** Where a session is in its script. */
export class ScriptReader {
  readonly #script: Script;
  #replies = 0;
  #heard = 0;
  /** All that has come since the last answer, or what that one was to. */
  #inputs: Input[] = [];
  #hasNewInput = false;
  #hadInput = false;

  constructor(script: Script) {
    this.#script = script;
  }

  /** True once there was something to answer. */
  get hadInput(): boolean {
    return this.#hadInput;
  }

  /** Notes something to answer: the next response is the next reply. */
  noteInput(input: Input): void {
    this.#inputs = this.#hasNewInput ? [...this.#inputs, input] : [input];
    this.#hasNewInput = true;
    this.#hadInput = true;
  }

  /** Notes an answer that a client wrote in the model's name: what came before it is answered. */
  noteAnswer(): void {
    if (this.#hasNewInput) this.#replies += 1;
    this.#hasNewInput = false;
  }

  /**
   * The next reply: the case that fits, or else the greeting before anything was heard, then one
   * reply for each new input.
   * @param told the instructions of this one response, if it has its own.
   */
  next(told?: string): Reply | undefined {
    const { greeting, replies, cases = [], repeat = 'last' } = this.#script;
    const fitting = cases.find(({ when }) => this.#fits(when, told));
    if (fitting !== undefined) {
      if (!('told_contains' in fitting.when)) this.#hasNewInput = false;
      return fitting.say;
    }
    if (!this.#hadInput) return greeting ?? replies[0];
    if (this.#hasNewInput) this.#replies += 1;
    this.#hasNewInput = false;
    const index = Math.max(0, this.#replies - 1);
    return replies[repeat === 'all' ? index % replies.length : Math.min(index, replies.length - 1)];
  }

  /** What the caller is heard to say in the next turn. */
  nextHeard(): string {
    const { heard = [] } = this.#script;
    this.#heard += 1;
    return heard[this.#heard - 1] ?? heard.at(-1) ?? '(speech)';
  }

  /** The answer to a response outside the conversation. */
  get aside(): string {
    return this.#script.aside ?? 'OK.';
  }

  #fits(when: When, told: string | undefined): boolean {
    if ('told_contains' in when) return told?.includes(when.told_contains) ?? false;
    const [kind, part] =
      'output_contains' in when
        ? (['output', when.output_contains] as const)
        : (['heard', when.heard_contains] as const);
    return this.#inputs.some((input) => input.kind === kind && input.text.includes(part));
  }
}
