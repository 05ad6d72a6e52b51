import type { AudioFormat } from './audio-format';

/** Some audio and the format it is in. */
export interface Recording {
  readonly audio: Buffer;
  readonly format: AudioFormat;
}

/** Says back what it heard: the last turn, or (`whole`) every byte since it last answered. */
export class Parrot {
  readonly #whole: boolean;
  #arrived: Buffer[] = [];
  #turn: Recording | null = null;

  constructor(whole: boolean) {
    this.#whole = whole;
  }

  /** Takes audio as it arrives. */
  hear(audio: Buffer): void {
    if (this.#whole) this.#arrived.push(audio);
  }

  /** Takes a turn of the user. */
  noteTurn(turn: Recording): void {
    const audio = this.#whole ? Buffer.concat(this.#arrived) : turn.audio;
    this.#arrived = [];
    this.#turn = { audio, format: turn.format };
  }

  /** What it says next, byte for byte; null when it has heard nothing new. */
  answer(): Recording | null {
    const turn = this.#turn;
    this.#turn = null;
    return turn;
  }
}
