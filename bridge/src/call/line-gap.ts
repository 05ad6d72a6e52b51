import { MULAW_BYTES_PER_MS } from '@realtime-phone/protocol/mulaw';

/** Twilio sends a frame every 20 ms; this much more is no jitter. */
const GAP_MS = 300;
const FILL_MS = 100;
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
  #lastFrameAtMs = 0;
  #filledMs = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param send takes silence, base64 mu-law. */
  constructor(send: (payload: string) => void) {
    this.#send = send;
  }

  /** A frame has come. */
  noteFrame(arrivedAtMs: number): void {
    this.#lastFrameAtMs = arrivedAtMs;
    this.#filledMs = 0;
  }

  /** The caller has begun to speak: from now on a gap matters. */
  watch(): void {
    this.stop();
    this.#filledMs = 0;
    this.#timer = setInterval(() => this.#fill(), FILL_MS);
  }

  /** The turn has ended. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #fill(): void {
    const missingMs = Math.floor(performance.now() - this.#lastFrameAtMs);
    if (missingMs < GAP_MS || this.#filledMs >= MAX_FILL_MS) return;
    const ms = missingMs - this.#filledMs;
    this.#filledMs += ms;
    this.#send(Buffer.alloc(ms * MULAW_BYTES_PER_MS, SILENCE).toString('base64'));
  }
}
