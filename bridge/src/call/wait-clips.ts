import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Agent } from '../agent/agent-file';
import { readClip } from '../agent/clip-file';

const OTHER_LANGUAGE = 'en';

/**
 * The clips that a caller hears who waits for the model: those of the agents' files, and one a
 * language that comes with the bridge. Headerless mu-law, 8 kHz.
 */
export class WaitClips {
  readonly #folders: readonly string[];
  readonly #log: Logger;
  readonly #read = new Map<string, string | undefined>();

  /** @param folders where the clips that come with the bridge may lie. */
  constructor(folders: readonly string[], log: Logger) {
    this.#folders = folders;
    this.#log = log;
  }

  /** The clip of an agent, base64; undefined where there is none. */
  find({ name, language, on_wait: own }: Agent): string | undefined {
    if (own !== undefined) {
      const clip = this.#load(own.clip);
      if (clip !== undefined) return clip;
      this.#log.warn({ agent: name, clip: own.clip }, 'the clip of on_wait cannot be used');
    }
    return this.#find(language) ?? this.#find(OTHER_LANGUAGE);
  }

  #find(language: string): string | undefined {
    for (const folder of this.#folders) {
      const clip = this.#load(join(folder, `one-moment.${language}.ulaw`));
      if (clip !== undefined) return clip;
    }
    return undefined;
  }

  #load(path: string): string | undefined {
    if (!this.#read.has(path)) this.#read.set(path, loadClip(path));
    return this.#read.get(path);
  }
}

function loadClip(path: string): string | undefined {
  try {
    return readClip(path).toString('base64');
  } catch {
    return undefined;
  }
}
