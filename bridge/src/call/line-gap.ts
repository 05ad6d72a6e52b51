import { MULAW_BYTES_PER_MS } from '@realtime-phone/protocol/mulaw';

/** Twilio sends a frame every 20 ms; this much more is no jitter. */
const GAP_MS = 300;
const CHECK_MS = 100;
/** After so much silence the model has ended the turn, or never will. */
const MAX_FILL_MS = 10_000;
/** Silence in mu-law. */
const SILENCE = 0xff;

/**
 * Fills a gap in the caller's frames with silence while the caller is taken to speak: the model's
 * voice detection counts audio, not time, so without it the turn would never end. Frames that were
 * only late still go to the model, every one, after the silence.
 * Source: https://developers.openai.com/api/docs/guides/realtime-vad
 */
export class LineGap {
  readonly #send: (payload: string) => void;
  /** Up to here the model has all there is: the last frame, or the silence in its place. */
  #coveredUntilMs = 0;
  #filledMs = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param send takes silence, base64 mu-law. */
  constructor(send: (payload: string) => void) {
    this.#send = send;
  }

  /** A frame has come. */
  noteFrame(arrivedAtMs: number): void {
    if (this.#timer === undefined) return;
    this.#coveredUntilMs = arrivedAtMs;
    this.#filledMs = 0;
  }

  /** The caller has begun to speak: from now on a gap matters. */
  watch(): void {
    this.stop();
    this.#filledMs = 0;
    this.#coveredUntilMs = performance.now();
    // Timers go first after a standstill of this process: the frames of that time are read after them.
    this.#timer = setInterval(() => setImmediate(() => this.#check()), CHECK_MS);
  }

  /** The turn has ended. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #check(): void {
    if (this.#timer === undefined) return;
    const nowMs = performance.now();
    const missingMs = Math.floor(nowMs - this.#coveredUntilMs);
    if (missingMs + this.#filledMs < GAP_MS) return;
    const ms = Math.min(missingMs, MAX_FILL_MS - this.#filledMs);
    if (ms <= 0) return;
    this.#filledMs += ms;
    this.#coveredUntilMs = nowMs;
    this.#send(Buffer.alloc(ms * MULAW_BYTES_PER_MS, SILENCE).toString('base64'));
  }
}
