import { randomFillSync } from 'node:crypto';
import type { Base64Slice } from '@realtime-phone/protocol/base64';
import type { Parcel } from './parcel';

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
const KEYS = 2_048;
const NOTHING = Buffer.alloc(0);

/**
 * Writes the frames of a client into parcels: whole messages, each masked with a key of its own, as a
 * client must.
 * Source: https://www.rfc-editor.org/rfc/rfc6455#section-5.3
 */
export class FrameWriter {
  /** Random keys; asking for one at a time would cost more than the masking. */
  readonly #keys = new Int32Array(KEYS);
  #keyAt = KEYS;

  /** A text message in one frame. */
  text(parcel: Parcel, text: string): void {
    const length = Buffer.byteLength(text);
    const at = this.#open(parcel, OPCODES.text, length);
    parcel.bytes.write(text, at);
    this.#mask(parcel, at);
  }

  /** A text message that has a slice between two texts of ASCII. */
  around(parcel: Parcel, head: Uint8Array, slice: Base64Slice, tail: Uint8Array): void {
    const { bytes, from, to } = slice;
    const audioLength = to - from;
    const at = this.#open(parcel, OPCODES.text, head.length + audioLength + tail.length);
    parcel.bytes.set(head, at);
    parcel.bytes.set(bytes.subarray(from, to), at + head.length);
    parcel.bytes.set(tail, at + head.length + audioLength);
    this.#mask(parcel, at);
  }

  /** A control frame. @param payload at most 125 bytes. */
  control(parcel: Parcel, opcode: 8 | 9 | 10, payload: Uint8Array = NOTHING): void {
    const at = this.#open(parcel, opcode, payload.length);
    parcel.bytes.set(payload, at);
    this.#mask(parcel, at);
  }

  /** A close frame. @param reason at most 123 bytes. */
  close(parcel: Parcel, code: number, reason = ''): void {
    const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
    payload.writeUInt16BE(code);
    payload.write(reason, 2);
    this.control(parcel, OPCODES.close, payload);
  }

  /** @returns where the payload is to be put, which is the rest of the parcel. */
  #open(parcel: Parcel, opcode: number, length: number): number {
    const extended = length <= LARGEST_SMALL ? 0 : length < 0x1_00_00 ? 2 : 8;
    const at = parcel.extend(2 + extended + MASK_BYTES + length);
    const { bytes } = parcel;
    bytes[at] = FIN | opcode;
    if (extended === 0) bytes[at + 1] = MASKED | length;
    else if (extended === 2) {
      bytes[at + 1] = MASKED | LENGTH_IN_16_BITS;
      bytes[at + 2] = length >>> 8;
      bytes[at + 3] = length;
    } else {
      bytes[at + 1] = MASKED | LENGTH_IN_64_BITS;
      bytes.writeUInt32BE(0, at + 2);
      bytes.writeUInt32BE(length, at + 6);
    }
    return at + 2 + extended + MASK_BYTES;
  }

  /** Puts a key before the payload that reaches from here to the end of the parcel, and masks it. */
  #mask({ bytes, words, length }: Parcel, from: number): void {
    if (this.#keyAt >= KEYS) {
      randomFillSync(this.#keys);
      this.#keyAt = 0;
    }
    const key = this.#keys[this.#keyAt] ?? 0;
    this.#keyAt += 1;
    bytes.writeInt32LE(key, from - MASK_BYTES);
    maskPayload(bytes, words, from, length, key);
  }
}

/**
 * Masks bytes where they stand, a word at a time where there are whole words: every frame of every
 * caller comes through here.
 * @param words the same memory; the key is one of its words, the first byte the lowest, as on every
 * machine that the engines run on.
 */
function maskPayload(
  bytes: Uint8Array,
  words: Int32Array,
  from: number,
  to: number,
  key: number,
): void {
  const wordsFrom = Math.min(to, (from + 3) & ~3);
  const wordsTo = Math.max(wordsFrom, to & ~3);
  const turned = maskBytes(bytes, from, wordsFrom, key);
  for (let word = wordsFrom >>> 2; word < wordsTo >>> 2; word += 1)
    words[word] = (words[word] ?? 0) ^ turned;
  maskBytes(bytes, wordsTo, to, turned);
}

/** Masks bytes one by one. @returns the key, turned to where it goes on. */
function maskBytes(bytes: Uint8Array, from: number, to: number, key: number): number {
  let turned = key;
  for (let at = from; at < to; at += 1) {
    bytes[at] = (bytes[at] ?? 0) ^ (turned & 0xff);
    turned = (turned >>> 8) | (turned << 24);
  }
  return turned;
}
