import { type Base64Slice, decodeSlice } from '@realtime-phone/protocol/base64';
import { decodeMulaw, MULAW_BYTES_PER_MS } from '@realtime-phone/protocol/mulaw';

/** How much of the line is looked at: what is older belongs to another sound. */
const WINDOW_MS = 1_000;
/** Loud enough for speech on a telephone line: about -40 dB of full scale. */
const VOICED_LEVEL = 330;

const SQUARES = Float64Array.from({ length: 256 }, (_, byte) => decodeMulaw(byte) ** 2);

/**
 * Tells a noise from speech by how long it lasts: a door, a cough or a word from another room does
 * not cut the agent short. It counts the loud part of the caller's last second, so that the time
 * the model takes to notice speech, or its end, does not count.
 */
export class NoiseGate {
  readonly #minMs: number;
  #frames: { readonly ms: number; readonly voiced: boolean }[] = [];
  #voicedMs = 0;
  #windowMs = 0;

  /** @param minMs how long a sound must last to count as speech. */
  constructor(minMs: number) {
    this.#minMs = minMs;
  }

  /** Hears one frame of the caller. */
  hear(audio: Base64Slice): void {
    const bytes = decodeSlice(audio);
    if (bytes.length === 0) return;
    let power = 0;
    for (const byte of bytes) power += SQUARES[byte] ?? 0;
    const ms = bytes.length / MULAW_BYTES_PER_MS;
    const voiced = Math.sqrt(power / bytes.length) >= VOICED_LEVEL;
    this.#frames.push({ ms, voiced });
    this.#windowMs += ms;
    if (voiced) this.#voicedMs += ms;
    while (this.#windowMs > WINDOW_MS) {
      const oldest = this.#frames.shift();
      if (oldest === undefined) break;
      this.#windowMs -= oldest.ms;
      if (oldest.voiced) this.#voicedMs -= oldest.ms;
    }
  }

  /** True where the sound lasts long enough to be speech. */
  get isOpen(): boolean {
    return this.#voicedMs >= Math.min(this.#minMs, WINDOW_MS);
  }

  /** Forgets what was heard: the next sound is another one. */
  reset(): void {
    this.#frames = [];
    this.#voicedMs = 0;
    this.#windowMs = 0;
  }
}
