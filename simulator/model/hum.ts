import { encodeMulaw, MULAW_BYTES_PER_MS } from '@realtime-phone/protocol/mulaw';

const BASE_HZ = 140;
const SAMPLE_RATE = 8_000;
const MS_PER_LETTER = 55;
const MS_BETWEEN_WORDS = 60;
const PITCHES = 3;
const LONGEST_KEPT = 24;

/** Words as they were hummed before, by letters and pitch: many sessions shall not wait for each other. */
const hummed = new Map<string, Buffer>();

/**
 * A text as mu-law audio, with no words in it: one hum a word, as long as the word. The same text is
 * always the same bytes.
 */
export function hum(text: string): Buffer {
  const words = text.split(/\s+/).filter((word) => word !== '');
  return Buffer.concat(words.map(({ length }, at) => humKept(length, at % PITCHES)));
}

function humKept(letters: number, pitch: number): Buffer {
  const name = `${letters} ${pitch}`;
  const kept = hummed.get(name);
  if (kept !== undefined) return kept;
  const word = humWord(letters, BASE_HZ * (1 + 0.12 * pitch));
  if (letters <= LONGEST_KEPT) hummed.set(name, word);
  return word;
}

function humWord(letters: number, pitch: number): Buffer {
  const voiced = letters * MS_PER_LETTER * MULAW_BYTES_PER_MS;
  return Buffer.from(
    Uint8Array.from({ length: voiced + MS_BETWEEN_WORDS * MULAW_BYTES_PER_MS }, (_, sample) => {
      if (sample >= voiced) return encodeMulaw(0);
      const phase = (2 * Math.PI * pitch * sample) / SAMPLE_RATE;
      const wave = Math.sin(phase) + 0.5 * Math.sin(2 * phase) + 0.25 * Math.sin(5 * phase);
      return encodeMulaw(Math.round(7_000 * wave * Math.sin((Math.PI * sample) / voiced)));
    }),
  );
}
