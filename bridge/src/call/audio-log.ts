import type { Base64Slice } from '@realtime-phone/protocol/base64';

/** A second of frames of 20 ms in base64, and a little. */
const ROOM_BYTES = 11_264;
/** So long what came is kept at least: a second, and what frames may be late by. */
const KEPT_MS = 1_200;
const PIECE_BITS = 18;
const PIECE_BYTES = 1 << PIECE_BITS;
/** Pieces are counted up to here and then anew, so that a place is a number that V8 keeps in the object. */
const NUMBERS = 4_096;
/** Before each frame stand its caller, the place of their frame before it, and its length. */
const HEAD_WORDS = 3;
const HEAD_BYTES = HEAD_WORDS * 4;

/** A piece of the log's memory. */
interface Piece {
  readonly bytes: Uint8Array;
  /** The same memory in words. */
  readonly words: Int32Array;
  number: number;
  /** When the last frame was put in, on the monotonic clock. */
  fullAtMs: number;
}

/** The place of a caller of whom nothing is there. */
export const NOWHERE = -1;

/**
 * The last second of all callers, in the order in which it came. Every frame of every call goes in, so it
 * is written to the end of memory that they share, which is in the processor's cache; memory of its own
 * for each call would not be. What is older is written over.
 */
export class AudioLog {
  readonly #readMs: () => number;
  /** Oldest first; the last one is being written. */
  readonly #pieces: Piece[] = [];
  readonly #byNumber = new Map<number, Piece>();
  #piece: Piece;
  #usedBytes = 0;
  #callers = 0;

  /** @param readMs the monotonic clock. */
  constructor(readMs = () => performance.now()) {
    this.#readMs = readMs;
    this.#piece = this.#add(makePiece(), 0);
  }

  /** One caller more. @returns who they are, for what follows. */
  addCaller(): number {
    this.#callers += 1;
    // Below every other number in the log, so that nothing else is ever taken for the head of a frame.
    return -1 - this.#callers;
  }

  /**
   * Puts a frame in; one that is longer than a second is not kept.
   * @param before the place of the caller's frame before it, or NOWHERE.
   * @returns its own.
   */
  append(caller: number, before: number, { bytes, from, to }: Base64Slice): number {
    const length = to - from;
    if (length > ROOM_BYTES) return before;
    if (this.#usedBytes + HEAD_BYTES + length > PIECE_BYTES) this.#turnOver();
    const at = this.#usedBytes;
    const { words, bytes: memory, number } = this.#piece;
    const word = at >>> 2;
    words[word] = caller;
    words[word + 1] = before;
    words[word + 2] = length;
    memory.set(bytes.subarray(from, to), at + HEAD_BYTES);
    this.#usedBytes = at + HEAD_BYTES + ((length + 3) & ~3);
    return (number << PIECE_BITS) | at;
  }

  /** Gives a second of a caller's frames, oldest first, as copies. @param last the place of the newest. */
  read(caller: number, last: number): readonly Base64Slice[] {
    const frames: Base64Slice[] = [];
    let roomBytes = ROOM_BYTES;
    for (let place = last; place !== NOWHERE;) {
      const piece = this.#byNumber.get(place >>> PIECE_BITS);
      const at = place & (PIECE_BYTES - 1);
      const word = at >>> 2;
      // What stood there may have been written over.
      if (piece?.words[word] !== caller) break;
      const length = piece.words[word + 2] ?? 0;
      roomBytes -= length;
      if (roomBytes < 0) break;
      const from = at + HEAD_BYTES;
      frames.push({ bytes: piece.bytes.slice(from, from + length), from: 0, to: length });
      place = piece.words[word + 1] ?? NOWHERE;
    }
    return frames.reverse();
  }

  /** The memory that it has. */
  get bytes(): number {
    return this.#pieces.length * PIECE_BYTES;
  }

  /** The piece is full: the next is the oldest, where that is old enough, or a new one. */
  #turnOver(): void {
    const nowMs = this.#readMs();
    this.#piece.fullAtMs = nowMs;
    let free: Piece | undefined;
    for (let [oldest] = this.#pieces; oldest !== undefined; [oldest] = this.#pieces) {
      if (nowMs - oldest.fullAtMs < KEPT_MS) break;
      this.#pieces.shift();
      this.#byNumber.delete(oldest.number);
      free = oldest;
    }
    this.#piece = this.#add(free ?? makePiece(), (this.#piece.number + 1) % NUMBERS);
    this.#usedBytes = 0;
  }

  #add(piece: Piece, number: number): Piece {
    piece.number = number;
    this.#pieces.push(piece);
    this.#byNumber.set(number, piece);
    return piece;
  }
}

function makePiece(): Piece {
  const bytes = new Uint8Array(PIECE_BYTES);
  return { bytes, words: new Int32Array(bytes.buffer), number: 0, fullAtMs: 0 };
}
