import fc from 'fast-check';
import { clip } from '../clips/clips';
import type { AudioFormat } from '../model/audio-format';
import { bytesPerMs, convertAudio, samplesOf } from '../model/audio-format';

const PCMU: AudioFormat = { type: 'audio/pcmu' };
const PCMA: AudioFormat = { type: 'audio/pcma' };
const PCM: AudioFormat = { type: 'audio/pcm', rate: 24_000 };
const speech = clip('agent-booked').audio;

test('audio in its own format is the same bytes', () => {
  expect(convertAudio(speech, PCMU, PCMU)).toBe(speech);
});

test.each([
  ['audio/pcma', PCMA],
  ['audio/pcm', PCM],
])('speech in %s is as long, and comes back nearly the same', (_, format) => {
  const there = convertAudio(speech, PCMU, format);
  expect(there.length / bytesPerMs(format)).toBe(speech.length / 8);
  const before = samplesOf(speech, PCMU);
  const after = samplesOf(convertAudio(there, format, PCMU), PCMU);
  const energy = (samples: Int16Array) => samples.reduce((sum, sample) => sum + sample ** 2, 0);
  const error = before.map((sample, at) => sample - (after[at] ?? 0));
  expect(energy(error)).toBeLessThan(energy(before) * 0.1);
});

test('every A-law byte comes back as itself', () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const linear = convertAudio(bytes, PCMA, PCM);
  const middles = Buffer.alloc(linear.length);
  // The first of three samples is the one that was sent; all three alike keep the way back exact.
  for (let at = 0; at < 256; at += 1) {
    const sample = linear.readInt16LE(at * 6);
    for (const third of [0, 2, 4]) middles.writeInt16LE(sample, at * 6 + third);
  }
  expect(convertAudio(middles, PCM, PCMA).equals(bytes)).toBe(true);
});

test('no bytes are too odd to be converted', () => {
  const formats = fc.constantFrom(PCMU, PCMA, PCM);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), formats, formats, (bytes, from, to) => {
      const converted = convertAudio(Buffer.from(bytes), from, to);
      expect(
        Math.abs(converted.length / bytesPerMs(to) - bytes.length / bytesPerMs(from)),
      ).toBeLessThan(1);
    }),
  );
});
