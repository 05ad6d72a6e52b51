import { encodeMulaw, MULAW_BYTES_PER_MS } from '@realtime-phone/protocol/mulaw';

const BASE_HZ = 140;
const SAMPLE_RATE = 8_000;
const MS_PER_LETTER = 55;
const MS_BETWEEN_WORDS = 60;

/**
 * A text as mu-law audio, with no words in it: one hum a word, as long as the word. The same text is
 * always the same bytes.
 */
export function hum(text: string): Buffer {
  const words = text.split(/\s+/).filter((word) => word !== '');
  return Buffer.concat(words.map((word, at) => humWord(word, at)));
}

function humWord(word: string, at: number): Buffer {
  const voiced = word.length * MS_PER_LETTER * MULAW_BYTES_PER_MS;
  const pitch = BASE_HZ * (1 + 0.12 * (at % 3));
  return Buffer.from(
    Uint8Array.from({ length: voiced + MS_BETWEEN_WORDS * MULAW_BYTES_PER_MS }, (_, sample) => {
      if (sample >= voiced) return encodeMulaw(0);
      const phase = (2 * Math.PI * pitch * sample) / SAMPLE_RATE;
      const wave = Math.sin(phase) + 0.5 * Math.sin(2 * phase) + 0.25 * Math.sin(5 * phase);
      return encodeMulaw(Math.round(7_000 * wave * Math.sin((Math.PI * sample) / voiced)));
    }),
  );
}
