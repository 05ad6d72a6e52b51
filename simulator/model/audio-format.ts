import { decodeMulaw, encodeMulaw, MULAW_SILENCE } from '@realtime-phone/protocol/mulaw';
import { z } from 'zod';

/** The audio formats of the Realtime API (facts of `session.audio.input.format`). */
export const audioFormatSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('audio/pcmu') }),
  z.strictObject({ type: z.literal('audio/pcma') }),
  z.strictObject({ type: z.literal('audio/pcm'), rate: z.literal(24_000) }),
]);

/** An audio format of a session, as it stands in its settings. */
export type AudioFormat = z.infer<typeof audioFormatSchema>;

/** What a new session speaks until it is told otherwise: 16-bit linear at 24 kHz, noise on a phone. */
export const DEFAULT_FORMAT: AudioFormat = { type: 'audio/pcm', rate: 24_000 };

/** Bytes of one millisecond of audio. */
export function bytesPerMs(format: AudioFormat): number {
  return format.type === 'audio/pcm' ? 48 : 8;
}

/** The 16-bit linear samples of some audio; half a sample at the end is left out. */
export function samplesOf(audio: Buffer, format: AudioFormat): Int16Array {
  const isLinear = format.type === 'audio/pcm';
  const samples = new Int16Array(isLinear ? audio.length >> 1 : audio.length);
  const decode = format.type === 'audio/pcma' ? decodeAlaw : decodeMulaw;
  // A loop, for every frame of every call comes through here.
  for (let at = 0; at < samples.length; at += 1) {
    samples[at] = isLinear ? audio.readInt16LE(at * 2) : decode(audio[at] ?? 0);
  }
  return samples;
}

/** The same audio in another format; the same bytes where both formats are one. */
export function convertAudio(audio: Buffer, from: AudioFormat, to: AudioFormat): Buffer {
  if (from.type === to.type) return audio;
  const samples = resample(samplesOf(audio, from), bytesPerMs(from) > 8, bytesPerMs(to) > 8);
  if (to.type === 'audio/pcm') {
    const bytes = Buffer.alloc(samples.length * 2);
    samples.forEach((sample, at) => bytes.writeInt16LE(sample, at * 2));
    return bytes;
  }
  return Buffer.from(Uint8Array.from(samples, to.type === 'audio/pcmu' ? encodeMulaw : encodeAlaw));
}

/** That many milliseconds of silence. */
export function silence(durationMs: number, format: AudioFormat): Buffer {
  const fill = { 'audio/pcmu': MULAW_SILENCE, 'audio/pcma': 0xd5, 'audio/pcm': 0 }[format.type];
  return Buffer.alloc(Math.round(durationMs) * bytesPerMs(format), fill);
}

/** Between 8 kHz and 24 kHz, by straight lines up and by the mean of three down. */
function resample(samples: Int16Array, from24: boolean, to24: boolean): Int16Array {
  if (from24 === to24) return samples;
  if (from24) {
    return Int16Array.from({ length: Math.floor(samples.length / 3) }, (_, at) => {
      const [a = 0, b = 0, c = 0] = samples.subarray(at * 3, at * 3 + 3);
      return Math.round((a + b + c) / 3);
    });
  }
  return Int16Array.from({ length: samples.length * 3 }, (_, at) => {
    const here = samples[Math.floor(at / 3)] ?? 0;
    const next = samples[Math.floor(at / 3) + 1] ?? here;
    return Math.round(here + ((next - here) * (at % 3)) / 3);
  });
}

/** ITU-T G.711, A-law. */
function decodeAlaw(byte: number): number {
  const bits = byte ^ 0x55;
  const exponent = (bits >> 4) & 0x07;
  const mantissa = ((bits & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return bits & 0x80 ? magnitude : -magnitude;
}

function encodeAlaw(sample: number): number {
  const magnitude = Math.min(Math.abs(sample), 0x7fff);
  const exponent = Math.max(0, 24 - Math.clz32(magnitude));
  const mantissa = (magnitude >> (exponent === 0 ? 4 : exponent + 3)) & 0x0f;
  return ((sample < 0 ? 0 : 0x80) | (exponent << 4) | mantissa) ^ 0x55;
}
