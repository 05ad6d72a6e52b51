import { decodeMulaw, MULAW_BYTES_PER_MS, MULAW_SILENCE } from '@realtime-phone/protocol/mulaw';

/** Twilio sends a media message for each 20 ms. */
export const FRAME_MS = 20;
const FRAME_BYTES = FRAME_MS * MULAW_BYTES_PER_MS;
/** Linear samples below this are silence to the ear. */
const AUDIBLE = 400;

/** What becomes of the caller's audio. */
export interface CallerAudioListener {
  /** A frame is due. Frames come in order, with none left out. */
  frame(frame: Buffer, index: number): void;
  speaks(name: string): void;
  quiet(name: string): void;
}

interface Clip {
  readonly bytes: Buffer;
  readonly name: string;
  offset: number;
  readonly spoken: () => void;
}

/**
 * What the caller's microphone gives: a frame each 20 ms on a monotonic clock, silence where the
 * caller does not speak. Which frames are due follows from the time that has passed; after a stall
 * they are made up for.
 */
export class CallerAudio {
  readonly #listener: CallerAudioListener;
  readonly #clips: Clip[] = [];
  #startMs = 0;
  #sent = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(listener: CallerAudioListener) {
    this.#listener = listener;
  }

  /** Starts the clock. The first frame is due when its 20 ms are over. */
  start(): void {
    this.#startMs = performance.now();
    this.#tick();
  }

  /** Stops the clock; what has not been said never will be. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    for (const clip of this.#clips.splice(0)) clip.spoken();
  }

  /** Says a clip after those before it; resolves when its last byte is out, or the stream ended. */
  say(bytes: Buffer, name: string): Promise<void> {
    return new Promise((resolve) => {
      if (this.#stopped || bytes.length === 0) resolve();
      else this.#clips.push({ bytes, name, offset: 0, spoken: resolve });
    });
  }

  #tick(): void {
    const due = Math.floor((performance.now() - this.#startMs) / FRAME_MS);
    while (this.#sent < due && !this.#stopped) {
      const index = this.#sent;
      this.#sent += 1;
      this.#listener.frame(this.#nextFrame(), index);
    }
    if (this.#stopped) return;
    const nextMs = this.#startMs + (this.#sent + 1) * FRAME_MS - performance.now();
    this.#timer = setTimeout(() => this.#tick(), Math.max(Math.ceil(nextMs), 1));
  }

  #nextFrame(): Buffer {
    const frame = Buffer.alloc(FRAME_BYTES, MULAW_SILENCE);
    let filled = 0;
    for (let clip = this.#clips[0]; clip && filled < FRAME_BYTES; clip = this.#clips[0]) {
      if (clip.offset === 0) this.#listener.speaks(clip.name);
      const copied = clip.bytes.copy(frame, filled, clip.offset);
      clip.offset += copied;
      filled += copied;
      if (clip.offset < clip.bytes.length) break;
      this.#clips.shift();
      this.#listener.quiet(clip.name);
      clip.spoken();
    }
    return frame;
  }
}

/** How much of a clip is silence at its end, in milliseconds. */
export function trailingSilenceMs(mulaw: Buffer): number {
  const last = mulaw.findLastIndex((byte) => Math.abs(decodeMulaw(byte)) >= AUDIBLE);
  return (mulaw.length - 1 - last) / MULAW_BYTES_PER_MS;
}
