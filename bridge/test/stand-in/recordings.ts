import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeMulaw } from '@realtime-phone/protocol/mulaw';

/** A folder for recordings, for a bridge under test. */
export interface RecordingsFolder {
  readonly path: string;
  /** For the environment of the bridge. */
  readonly environment: Readonly<Record<string, string>>;
  files(): string[];
  /** What a file of it holds, by its name. */
  read(name: string): Wave;
  remove(): void;
}

/** Both sides of a stereo wave file, as 16-bit samples, 8 a millisecond. */
export interface Wave {
  readonly left: Int16Array;
  readonly right: Int16Array;
}

/** Makes one. */
export function makeRecordingsFolder(): RecordingsFolder {
  const path = mkdtempSync(join(tmpdir(), 'recordings-'));
  return {
    path,
    environment: { RECORDINGS_FOLDER: path },
    files: () => readdirSync(path).sort(),
    read: (name) => readWave(readFileSync(join(path, name))),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Reads a file as its header has it: 44 bytes, then as many as it says. */
export function readWave(file: Buffer): Wave {
  const data = file.subarray(44, 44 + file.readUInt32LE(40));
  const channel = (first: number) =>
    Int16Array.from({ length: data.length / 4 }, (_, frame) => data.readInt16LE(frame * 4 + first));
  return { left: channel(0), right: channel(2) };
}

/** Something that is not silence. */
export interface Sound {
  fromMs: number;
  toMs: number;
}

/** Mu-law as samples. */
export function samplesOf(mulaw: Buffer): Int16Array {
  return Int16Array.from(mulaw, decodeMulaw);
}

/** Where a side is not silent, in milliseconds; shorter gaps do not count. */
export function soundsOf(side: Int16Array, gapMs = 5): Sound[] {
  const sounds: Sound[] = [];
  for (const [at, sample] of side.entries()) {
    if (sample === 0) continue;
    const last = sounds.at(-1);
    if (last !== undefined && at / 8 - last.toMs <= gapMs) last.toMs = (at + 1) / 8;
    else sounds.push({ fromMs: at / 8, toMs: (at + 1) / 8 });
  }
  return sounds;
}
