import { MULAW_BYTES_PER_MS, MULAW_SILENCE } from '@realtime-phone/protocol/mulaw';

interface Piece {
  readonly at: number;
  readonly bytes: Buffer;
}

/**
 * One side of a recording: pieces of mu-law, each at its place in bytes since the recording began.
 * What no piece covers is silence. Only what was not taken yet is held.
 */
export class Track {
  readonly #snapBytes: number;
  #pieces: Piece[] = [];
  #edge = 0;
  #end = 0;

  /** @param snapMs what is at most this much beside what is there follows on it: that is only jitter. */
  constructor(snapMs: number) {
    this.#snapBytes = snapMs * MULAW_BYTES_PER_MS;
  }

  /** The first place that is free: behind the last piece, and not taken yet. */
  get free(): number {
    return Math.max(this.#end, this.#edge);
  }

  /** Puts a piece at its place; what would lie on another piece, or was taken already, is left out. */
  put(place: number, bytes: Buffer): void {
    const at = Math.abs(place - this.free) <= this.#snapBytes ? this.free : place;
    const from = Math.max(at, this.free);
    const rest = bytes.subarray(from - at);
    if (rest.length === 0) return;
    this.#pieces.push({ at: from, bytes: rest });
    this.#end = from + rest.length;
  }

  /** Takes everything before that place, from where the last one ended. */
  take(until: number): Buffer {
    const from = this.#edge;
    const taken = Buffer.alloc(Math.max(0, until - from), MULAW_SILENCE);
    this.#edge += taken.length;
    this.#pieces = this.#pieces.flatMap(({ at, bytes }) => {
      if (at >= this.#edge) return [{ at, bytes }];
      bytes.copy(taken, at - from);
      const rest = bytes.subarray(this.#edge - at);
      return rest.length === 0 ? [] : [{ at: this.#edge, bytes: rest }];
    });
    return taken;
  }
}
