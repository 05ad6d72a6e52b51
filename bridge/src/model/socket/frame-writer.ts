import { randomFillSync } from 'node:crypto';
import type { Base64Slice } from '@realtime-phone/protocol/base64';

/** The kinds of WebSocket frames, by their opcode (RFC 6455 section 5.2). */
export const OPCODES = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const;

const FIN = 0x80;
const MASKED = 0x80;
const MASK_BYTES = 4;
const LARGEST_SMALL = 125;
const LENGTH_IN_16_BITS = 126;
const LENGTH_IN_64_BITS = 127;
const POOL_BYTES = 8_192;

/**
 * Writes the frames of a client: whole messages, each masked with a key of its own, as a client must.
 * Source: https://www.rfc-editor.org/rfc/rfc6455#section-5.3
 */
export class FrameWriter {
  /** Random bytes for keys; asking for four at a time would cost more than the masking. */
  readonly #keys = Buffer.alloc(POOL_BYTES);
  #keyAt = POOL_BYTES;

  /** A text message in one frame. */
  text(text: string): Buffer {
    const length = Buffer.byteLength(text);
    const frame = this.#open(OPCODES.text, length);
    frame.write(text, frame.length - length);
    return this.#mask(frame, length);
  }

  /** A text message that has a slice between two texts of ASCII, which are always the same. */
  around(head: Uint8Array, slice: Base64Slice, tail: Uint8Array): Buffer {
    const { bytes, from, to } = slice;
    const length = head.length + to - from + tail.length;
    const frame = this.#open(OPCODES.text, length);
    const keyAt = frame.length - length - MASK_BYTES;
    this.#putKey(frame, keyAt);
    let at = keyAt + MASK_BYTES;
    at = putMasked(frame, keyAt, at, head, 0, head.length);
    at = putMasked(frame, keyAt, at, bytes, from, to);
    putMasked(frame, keyAt, at, tail, 0, tail.length);
    return frame;
  }

  /** A control frame. @param payload at most 125 bytes. */
  control(opcode: 8 | 9 | 10, payload: Uint8Array = Buffer.alloc(0)): Buffer {
    const frame = this.#open(opcode, payload.length);
    frame.set(payload, frame.length - payload.length);
    return this.#mask(frame, payload.length);
  }

  /** A close frame. @param reason at most 123 bytes. */
  close(code: number, reason = ''): Buffer {
    const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
    payload.writeUInt16BE(code);
    payload.write(reason, 2);
    return this.control(OPCODES.close, payload);
  }

  #open(opcode: number, length: number): Buffer {
    const extended = length <= LARGEST_SMALL ? 0 : length < 0x1_00_00 ? 2 : 8;
    const frame = Buffer.allocUnsafe(2 + extended + MASK_BYTES + length);
    frame[0] = FIN | opcode;
    if (extended === 0) frame[1] = MASKED | length;
    else if (extended === 2) {
      frame[1] = MASKED | LENGTH_IN_16_BITS;
      frame.writeUInt16BE(length, 2);
    } else {
      frame[1] = MASKED | LENGTH_IN_64_BITS;
      frame.writeUInt32BE(0, 2);
      frame.writeUInt32BE(length, 6);
    }
    return frame;
  }

  #mask(frame: Buffer, length: number): Buffer {
    const from = frame.length - length;
    this.#putKey(frame, from - MASK_BYTES);
    putMasked(frame, from - MASK_BYTES, from, frame, from, frame.length);
    return frame;
  }

  #putKey(frame: Buffer, at: number): void {
    if (this.#keyAt >= POOL_BYTES) {
      randomFillSync(this.#keys);
      this.#keyAt = 0;
    }
    for (let index = 0; index < MASK_BYTES; index += 1)
      frame[at + index] = this.#keys[this.#keyAt + index] ?? 0;
    this.#keyAt += MASK_BYTES;
  }
}

/**
 * Copies bytes into a frame and masks them at one go, since every frame of every caller comes through
 * here. Bytes that stand in their place already are only masked.
 * @param keyAt where the key stands; the payload is right behind it.
 * @returns the place behind what was copied.
 */
function putMasked(
  frame: Buffer,
  keyAt: number,
  at: number,
  bytes: Uint8Array,
  from: number,
  to: number,
): number {
  const turnedBits = ((at - keyAt) & 3) * 8;
  const whole = frame.readInt32LE(keyAt);
  let key = turnedBits === 0 ? whole : (whole >>> turnedBits) | (whole << (32 - turnedBits));
  let put = at;
  for (let index = from; index < to; index += 1, put += 1) {
    frame[put] = (bytes[index] ?? 0) ^ (key & 0xff);
    key = (key >>> 8) | (key << 24);
  }
  return put;
}
