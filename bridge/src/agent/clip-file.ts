import { readFileSync, statSync } from 'node:fs';

/** 10 s: Twilio plays a minute of it without complaint, a caller would not. */
const MAX_BYTES = 80_000;
const CONVERT = 'ffmpeg -i FILE -f mulaw -ar 8000 -ac 1 clip.ulaw makes one';

/**
 * Reads a clip: headerless mu-law, 8 kHz.
 * @param path from where the bridge was started.
 * @throws Error with what is wrong with the file, to stand behind its name.
 */
export function readClip(path: string): Buffer {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined)
    throw new Error(`there is no file ${path}; the path is from where the bridge is started`);
  if (!stat.isFile()) throw new Error(`${path} is no file`);
  if (stat.size === 0) throw new Error(`${path} is empty`);
  if (stat.size > MAX_BYTES)
    throw new Error(`${path} has ${stat.size} bytes; at most ${MAX_BYTES} may be, which is 10 s`);
  const clip = readFileSync(path);
  const head = clip.toString('latin1', 0, 4);
  if (/^(RIFF|ID3|OggS|fLaC|\.snd)/.test(head))
    throw new Error(`${path} has a header; headerless mu-law, 8 kHz, is wanted: ${CONVERT}`);
  return clip;
}
