import type { Base64Slice } from '@realtime-phone/protocol/base64';

const NOTHING = new Uint8Array(0);

/**
 * One frame of caller audio, base64 mu-law. There is one object for all frames, so it is good only
 * while it is passed on: who wants to keep something takes the payload.
 */
export class CallerFrame implements Base64Slice {
  bytes: Uint8Array = NOTHING;
  from = 0;
  to = 0;
  /** Twilio's time since the stream began; undefined where it said none. */
  timestampMs: number | undefined;
  /** On the monotonic clock. */
  arrivedAtMs = 0;

  /** Takes what was read of a message. @returns itself. */
  hold(bytes: Uint8Array, from: number, to: number, timestampMs: number | undefined): this {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.timestampMs = timestampMs;
    return this;
  }

  /** The base64 as a text of its own. */
  get payload(): string {
    const { buffer, byteOffset, byteLength } = this.bytes;
    return Buffer.from(buffer, byteOffset, byteLength).toString('latin1', this.from, this.to);
  }
}
