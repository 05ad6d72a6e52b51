import { MULAW_BYTES_PER_MS, MULAW_SILENCE } from '@realtime-phone/protocol/mulaw';

/** Mu-law bytes and the moment of the call at which their first was heard. */
export interface Segment {
  readonly atMs: number;
  readonly bytes: Buffer;
}

/** What was heard from one side of a call, with the gaps known. */
export class AudioTrack {
  readonly #segments: Segment[] = [];

  /** Adds what was heard from a moment on. */
  place(atMs: number, bytes: Buffer): void {
    if (bytes.length > 0) this.#segments.push({ atMs, bytes });
  }

  /** What was heard, in order. */
  get segments(): readonly Segment[] {
    return this.#segments;
  }

  /** The whole call from its begin, silence where nothing was heard. */
  render(lengthMs: number): Buffer {
    const call = Buffer.alloc(Math.max(Math.ceil(lengthMs * MULAW_BYTES_PER_MS), 0), MULAW_SILENCE);
    for (const { atMs, bytes } of this.#segments) {
      bytes.copy(call, Math.min(Math.round(atMs * MULAW_BYTES_PER_MS), call.length));
    }
    return call;
  }
}
