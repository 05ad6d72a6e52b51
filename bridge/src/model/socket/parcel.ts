const LEAST_BYTES = 512;
/** A parcel that was larger once, for a session or a history, is not kept. */
const MOST_KEPT_BYTES = 2_048;
/** As many as write at once, and then as many that are on their way. */
const MOST_KEPT = 64;
const NOTHING = Buffer.alloc(0);

/** Frames of one socket that leave in one write. */
export class Parcel {
  /** What is written to; bytes from `length` on mean nothing. */
  bytes = Buffer.allocUnsafeSlow(LEAST_BYTES);
  /** The same memory in words. */
  words = new Int32Array(this.bytes.buffer, 0, LEAST_BYTES / 4);
  /** How much of it is in use. */
  length = 0;
  /** Since when audio is among it, on the monotonic clock; 0 where none is. */
  audioSinceMs = 0;
  #frames = NOTHING;

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

  /** What is there, in the same memory. */
  get frames(): Buffer {
    // Frames of callers are of one size, so this is mostly the view of the last time.
    if (this.#frames.length !== this.length || this.#frames.buffer !== this.bytes.buffer)
      this.#frames = this.bytes.subarray(0, this.length);
    return this.#frames;
  }

  #grow(wanted: number): void {
    const old = this.bytes;
    let size = LEAST_BYTES;
    while (size < wanted) size *= 2;
    // Not from Node's pool: one of its slabs would live as long as any of its pieces.
    this.bytes = Buffer.allocUnsafeSlow(size);
    this.words = new Int32Array(this.bytes.buffer, 0, size / 4);
    this.bytes.set(old.subarray(0, this.length));
  }
}

/**
 * Parcels that nobody uses. A new one for each write would be the most of what a call leaves behind for
 * the garbage collector; one a call would be out of the processor's cache whenever its frame comes. So
 * the one that came back last is the next to go.
 */
export class ParcelStock {
  readonly #parcels: Parcel[] = [];

  /** An empty parcel. */
  take(): Parcel {
    return this.#parcels.pop() ?? new Parcel();
  }

  /** What was in it has left: it is empty again. One that nobody will tell of is just let go. */
  giveBack(parcel: Parcel): void {
    if (this.#parcels.length >= MOST_KEPT || parcel.bytes.length > MOST_KEPT_BYTES) return;
    parcel.length = 0;
    parcel.audioSinceMs = 0;
    this.#parcels.push(parcel);
  }
}
