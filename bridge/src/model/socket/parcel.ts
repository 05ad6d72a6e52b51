const LEAST_BYTES = 512;
/** A parcel that was larger once, for a session or a history, is not for the rest of the call. */
const MOST_KEPT_BYTES = 2_048;
const NOTHING = Buffer.alloc(0);
const NO_WORDS = new Int32Array(0);

/**
 * Frames of one socket that leave in one write: a piece of memory that is written to again once what
 * stood in it has left. A new one for each frame would be the most of what a call leaves behind for the
 * garbage collector.
 */
export class Parcel {
  /** What is written to; bytes from `length` on mean nothing. */
  bytes = NOTHING;
  /** The same memory in words. */
  words = NO_WORDS;
  /** How much of it is in use. */
  length = 0;
  /** What was taken out last. */
  #taken = NOTHING;
  /** Whether that is still on its way: until it has left its memory is not ours. */
  #isAway = false;
  /** How many older ones are on their way, each in memory of its own. */
  #olderAway = 0;

  /**
   * Makes room behind what is there.
   * @returns where the room begins.
   */
  extend(bytes: number): number {
    const from = this.length;
    const wanted = from + bytes;
    if (this.#isAway || wanted > this.bytes.length) this.#move(wanted);
    this.length = wanted;
    return from;
  }

  /** Takes out what is there; its memory is left alone until `giveBack`. */
  take(): Buffer {
    // Frames of a call are of one size, so this is mostly the view of the last time.
    if (this.#taken.length !== this.length || this.#taken.buffer !== this.bytes.buffer)
      this.#taken = this.bytes.subarray(0, this.length);
    this.length = 0;
    this.#isAway = true;
    return this.#taken;
  }

  /** What was taken out first of all that is on its way has left. */
  giveBack(): void {
    if (this.#olderAway > 0) this.#olderAway -= 1;
    else if (this.bytes.length > MOST_KEPT_BYTES) this.giveUp();
    else this.#isAway = false;
  }

  /** What was taken may still be on its way, and nobody will say when it has left: its memory is given up. */
  giveUp(): void {
    this.#isAway = false;
    this.bytes = NOTHING;
    this.words = NO_WORDS;
    this.#taken = NOTHING;
  }

  #move(wanted: number): void {
    const old = this.bytes;
    let size = LEAST_BYTES;
    while (size < wanted) size *= 2;
    // Not from Node's pool: one of its slabs would live as long as any of its pieces.
    this.bytes = Buffer.allocUnsafeSlow(size);
    this.words = new Int32Array(this.bytes.buffer, this.bytes.byteOffset, size / 4);
    this.bytes.set(old.subarray(0, this.length));
    if (this.#isAway) this.#olderAway += 1;
    this.#isAway = false;
  }
}
