import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MULAW_BYTES_PER_MS } from '@realtime-phone/protocol/mulaw';
import { z } from 'zod';

const rowSchema = z.strictObject({
  name: z.string(),
  file: z.string(),
  who: z.enum(['agent', 'caller']),
  text: z.string(),
});

/** A spoken line: mu-law at 8 kHz, mono, with no header. */
export interface Clip {
  readonly name: string;
  readonly who: 'agent' | 'caller';
  readonly text: string;
  readonly audio: Buffer;
  readonly durationMs: number;
}

const loaded = new Map<string, readonly Clip[]>();

/**
 * The folder of the clips. It is looked for upwards from `from`, so that it is found from the source
 * and from a bundle under `dist/` alike. Throws when there is none.
 */
export function clipsFolder(from: string = __dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'simulator', 'clips');
    if (existsSync(join(candidate, 'clips.json'))) return candidate;
    if (folder === dirname(folder)) {
      throw new Error(`there is no simulator/clips/clips.json in ${from} or above it`);
    }
  }
}

/** All clips of a folder, read once. Throws when a file is missing or clips.json is malformed. */
export function allClips(folder: string = clipsFolder()): readonly Clip[] {
  const known = loaded.get(folder);
  if (known) return known;
  const rows = z
    .array(rowSchema)
    .parse(JSON.parse(readFileSync(join(folder, 'clips.json'), 'utf8')));
  const clips = rows.map(({ name, who, text, file }) => {
    const audio = readFileSync(join(folder, file));
    return { name, who, text, audio, durationMs: audio.length / MULAW_BYTES_PER_MS };
  });
  loaded.set(folder, clips);
  return clips;
}

/** The clip of that name. Throws, naming those that there are, when it is unknown. */
export function clip(name: string): Clip {
  const found = allClips().find((each) => each.name === name);
  if (found) return found;
  const names = allClips().map((each) => each.name);
  throw new Error(`there is no clip ${name}; there are ${names.join(', ')}`);
}
