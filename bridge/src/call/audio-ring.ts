import type { Base64Slice } from '@realtime-phone/protocol/base64';

/** A second of frames of 20 ms in base64, and a little. */
const ROOM_BYTES = 11_264;
const ROOM_FRAMES = 64;

/**
 * The last second of a caller's frames, as they came. Every frame of every call goes through it, so it
 * makes nothing: two pieces of memory a call, written over and over.
 */
export class AudioRing {
  readonly #bytes = new Uint8Array(ROOM_BYTES);
  readonly #lengths = new Uint16Array(ROOM_FRAMES);
  #firstByte = 0;
  #usedBytes = 0;
  #firstFrame = 0;
  #frames = 0;

  /** Puts a frame in, in place of the oldest; one that is longer than all of it is not kept. */
  push({ bytes, from, to }: Base64Slice): void {
    const length = to - from;
    if (length > ROOM_BYTES) return;
    while (this.#frames === ROOM_FRAMES || this.#usedBytes + length > ROOM_BYTES) this.#drop();
    const at = (this.#firstByte + this.#usedBytes) % ROOM_BYTES;
    const before = Math.min(length, ROOM_BYTES - at);
    this.#bytes.set(bytes.subarray(from, from + before), at);
    if (before < length) this.#bytes.set(bytes.subarray(from + before, to));
    this.#lengths[(this.#firstFrame + this.#frames) % ROOM_FRAMES] = length;
    this.#usedBytes += length;
    this.#frames += 1;
  }

  /** Gives the frames, oldest first, as copies; it is empty afterwards. */
  take(): readonly Base64Slice[] {
    const taken: Base64Slice[] = [];
    while (this.#frames > 0) {
      const length = this.#lengths[this.#firstFrame] ?? 0;
      const head = this.#bytes.subarray(this.#firstByte, this.#firstByte + length);
      const rest = this.#bytes.subarray(0, length - head.length);
      taken.push({ bytes: Buffer.concat([head, rest]), from: 0, to: length });
      this.#drop();
    }
    return taken;
  }

  #drop(): void {
    const length = this.#lengths[this.#firstFrame] ?? 0;
    this.#firstByte = (this.#firstByte + length) % ROOM_BYTES;
    this.#usedBytes -= length;
    this.#firstFrame = (this.#firstFrame + 1) % ROOM_FRAMES;
    this.#frames -= 1;
  }
}
