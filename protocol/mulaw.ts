/** Bytes of mu-law audio in one millisecond: 8,000 samples a second, one byte each (ITU-T G.711). */
export const MULAW_BYTES_PER_MS = 8;

/** Silence in mu-law. */
export const MULAW_SILENCE = 0xff;

const BIAS = 0x84;
const CLIP = 32635;
const LINEAR = Int16Array.from({ length: 256 }, (_, byte) => expand(byte));

/** One mu-law byte as a 16-bit linear sample (ITU-T G.711). */
export function decodeMulaw(byte: number): number {
  return LINEAR[byte & 0xff] ?? 0;
}

/** One 16-bit linear sample as a mu-law byte (ITU-T G.711). */
export function encodeMulaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), CLIP) + BIAS;
  const exponent = 31 - Math.clz32(magnitude) - 7;
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}

function expand(byte: number): number {
  const bits = ~byte & 0xff;
  const exponent = (bits >> 4) & 0x07;
  const magnitude = (((bits & 0x0f) << 3) + BIAS) << exponent;
  return bits & 0x80 ? BIAS - magnitude : magnitude - BIAS;
}
