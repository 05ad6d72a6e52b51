import type { AudioFormat } from './audio-format';
import { bytesPerMs, samplesOf } from './audio-format';

/** Length of the frames whose loudness is looked at, in milliseconds. */
export const FRAME_MS = 20;

const FRAMES_TO_START = 2;
const QUIETEST_DB = -60;
const LOUDEST_DB = -20;
/** Assumed: once speech has begun, frames a little quieter than the threshold still belong to it. */
const HYSTERESIS = 0.15;

/** What the listener has just found; times are milliseconds of audio since it began to listen. */
export type VoiceChange =
  | { readonly kind: 'started'; readonly atMs: number }
  | { readonly kind: 'stopped'; readonly atMs: number };

/** How speech is told from silence. */
export interface VoiceRule {
  /** 0..1 as in `turn_detection.threshold`. */
  readonly threshold: number;
  /** Silence that ends the speech, in milliseconds. */
  readonly silenceDurationMs: number;
}

/**
 * Finds where speech starts and stops, by the energy of 20 ms frames.
 * Assumed: the API's threshold is the confidence of a model; here 0 is -60 dB of full scale, 1 is -20 dB.
 */
export class VoiceActivity {
  #speaking = false;
  #loudFrames = 0;
  #quietFrames = 0;

  /** True between a start and its stop. */
  get speaking(): boolean {
    return this.#speaking;
  }

  /** Takes the next frame, which begins at `frameMs`; gives what changed with it. */
  hear(frame: Buffer, frameMs: number, format: AudioFormat, rule: VoiceRule): VoiceChange | null {
    const level = loudness(samplesOf(frame, format));
    return this.#speaking
      ? this.#hearInSpeech(level, frameMs, rule)
      : this.#hearInSilence(level, frameMs, rule);
  }

  /** Forgets a speech that has begun. */
  reset(): void {
    this.#speaking = false;
    this.#loudFrames = 0;
    this.#quietFrames = 0;
  }

  #hearInSilence(level: number, frameMs: number, rule: VoiceRule): VoiceChange | null {
    this.#loudFrames = level >= rule.threshold && level > 0 ? this.#loudFrames + 1 : 0;
    if (this.#loudFrames < FRAMES_TO_START) return null;
    this.#speaking = true;
    this.#quietFrames = 0;
    return { kind: 'started', atMs: frameMs - (FRAMES_TO_START - 1) * FRAME_MS };
  }

  #hearInSpeech(level: number, frameMs: number, rule: VoiceRule): VoiceChange | null {
    const loud = level > 0 && level >= rule.threshold - HYSTERESIS;
    this.#quietFrames = loud ? 0 : this.#quietFrames + 1;
    if (this.#quietFrames * FRAME_MS < rule.silenceDurationMs) return null;
    this.reset();
    return { kind: 'stopped', atMs: frameMs + FRAME_MS };
  }
}

/** Bytes of one frame. */
export function frameBytes(format: AudioFormat): number {
  return bytesPerMs(format) * FRAME_MS;
}

/** Loudness of some samples on the scale of the threshold, 0..1. */
export function loudness(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const db = 10 * Math.log10(sum / Math.max(1, samples.length) / 32768 ** 2);
  return Math.min(1, Math.max(0, (db - QUIETEST_DB) / (LOUDEST_DB - QUIETEST_DB)));
}
