import { decodeMulaw, encodeMulaw, MULAW_BYTES_PER_MS, MULAW_SILENCE } from '../mulaw';

const BYTES = Array.from({ length: 256 }, (_, byte) => byte);

test('every byte survives the way to a sample and back', () => {
  // 0x7f is minus zero: it decodes to the same sample as 0xff, plus zero.
  for (const byte of BYTES) {
    expect(encodeMulaw(decodeMulaw(byte))).toBe(byte === 0x7f ? MULAW_SILENCE : byte);
  }
});

test('the known points of G.711', () => {
  expect(decodeMulaw(MULAW_SILENCE) === 0).toBe(true);
  expect(decodeMulaw(0x80)).toBe(32124);
  expect(decodeMulaw(0x00)).toBe(-32124);
  expect(encodeMulaw(0)).toBe(0xff);
  expect(encodeMulaw(32767)).toBe(0x80);
  expect(encodeMulaw(-32768)).toBe(0x00);
});

test('a sample keeps its sign and comes back within its step', () => {
  for (let sample = -32768; sample <= 32767; sample += 37) {
    const back = decodeMulaw(encodeMulaw(sample));
    expect(Math.abs(back - sample)).toBeLessThanOrEqual(Math.max(8, Math.abs(sample) / 16));
    if (Math.abs(sample) > 8) expect(Math.sign(back)).toBe(Math.sign(sample));
  }
});

test('one millisecond has eight bytes', () => {
  expect(MULAW_BYTES_PER_MS * 20).toBe(160);
});
