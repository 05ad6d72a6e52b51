/** Audio that grows at its end and is let go of at its beginning; positions are bytes since the first. */
export class AudioTape {
  #bytes = Buffer.alloc(8192);
  #start: number;
  #end: number;

  /** An empty tape whose first byte is at that position. */
  constructor(startsAt = 0) {
    this.#start = startsAt;
    this.#end = startsAt;
  }

  /** The position of the oldest byte that is still there. */
  get start(): number {
    return this.#start;
  }

  /** The position after the newest byte. */
  get end(): number {
    return this.#end;
  }

  append(audio: Buffer): void {
    const used = this.#end - this.#start;
    if (used + audio.length > this.#bytes.length) {
      const bigger = Buffer.alloc(Math.max(this.#bytes.length * 2, used + audio.length));
      this.#bytes.copy(bigger, 0, 0, used);
      this.#bytes = bigger;
    }
    audio.copy(this.#bytes, used);
    this.#end += audio.length;
  }

  /** A copy of what lies between two positions, as far as it is still there. */
  slice(from: number, to: number): Buffer {
    const begin = Math.max(from, this.#start) - this.#start;
    const end = Math.min(to, this.#end) - this.#start;
    return Buffer.from(this.#bytes.subarray(begin, Math.max(begin, end)));
  }

  /** Lets go of everything before a position. */
  dropBefore(position: number): void {
    const until = Math.min(Math.max(position, this.#start), this.#end);
    this.#bytes.copy(this.#bytes, 0, until - this.#start, this.#end - this.#start);
    this.#start = until;
  }
}
