const LEAST_BYTES = 512;
const NOTHING = Buffer.alloc(0);

/**
 * Frames of one socket that leave in one write: a piece of memory that is written to again once the
 * kernel has what stood in it. A new one for each frame would be the most of what a call leaves behind
 * for the garbage collector.
 */
export class Parcel {
  /** What is written to; bytes from `length` on mean nothing. */
  bytes = NOTHING;
  /** The same memory in words. */
  words = new Int32Array(0);
  /** How much of it is in use. */
  length = 0;
  #taken = NOTHING;

  /**
   * Makes room behind what is there.
   * @returns where the room begins.
   */
  extend(bytes: number): number {
    const from = this.length;
    const wanted = from + bytes;
    if (wanted > this.bytes.length) this.#grow(wanted);
    this.length = wanted;
    return from;
  }

  /** Takes out what is there. It must have left, or be given up with `renew`, before the next `extend`. */
  take(): Buffer {
    // Frames of a call are of one size, so this is mostly the view of the last time.
    if (this.#taken.length !== this.length) this.#taken = this.bytes.subarray(0, this.length);
    this.length = 0;
    return this.#taken;
  }

  /** Leaves the memory to whoever has taken it. */
  renew(): void {
    this.bytes = NOTHING;
    this.words = new Int32Array(0);
    this.#taken = NOTHING;
  }

  #grow(wanted: number): void {
    const old = this.bytes;
    let size = LEAST_BYTES;
    while (size < wanted) size *= 2;
    // Not from Node's pool: one of its slabs would live as long as any of its pieces.
    this.bytes = Buffer.allocUnsafeSlow(size);
    this.words = new Int32Array(this.bytes.buffer, this.bytes.byteOffset, size / 4);
    this.bytes.set(old.subarray(0, this.length));
    this.#taken = NOTHING;
  }
}
