import { accessSync, constants, mkdirSync } from 'node:fs';
import { open, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { WaveFile } from './wave-file';

/** A file of one recording. */
export interface RecordingFile {
  readonly path: string;
  readonly wave: WaveFile;
  /** Closes it, once all is written. */
  readonly close: () => Promise<void>;
  /** Closes it and takes it away. */
  readonly remove: () => Promise<void>;
}

/** The folder of the recordings: files that only the user of the bridge may read. */
export class Recordings {
  readonly #folder: string;
  readonly #closing = new Set<Promise<void>>();

  /** Makes the folder where it is missing. @throws the error of a folder that cannot be written to. */
  constructor(folder: string) {
    this.#folder = resolve(folder);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK | constants.X_OK);
  }

  /**
   * Begins a file; one that is there is never written over.
   * @param callSid which is safe in a path (`protocol/call-sid.ts`).
   * @param number of the stream: a call that comes back from a transfer has a second file.
   * @param onFault takes the first error of writing, once.
   */
  begin(callSid: string, number: number, onFault: (error: unknown) => void): RecordingFile {
    const path = join(this.#folder, `${callSid}${number === 1 ? '' : `-${number}`}.wav`);
    const opening = open(path, 'wx', 0o600);
    const wave = new WaveFile(opening, onFault);
    return {
      path,
      wave,
      close: () => this.#keep(wave.close()),
      remove: () =>
        this.#keep(
          wave
            .close()
            // Only what was begun here is taken away, never a file that was there before.
            .then(() => opening.catch(() => undefined))
            .then((file) => (file === undefined ? undefined : unlink(path)))
            .catch(onFault),
        ),
    };
  }

  /** Resolves when every file that is to be closed is. */
  async settle(): Promise<void> {
    await Promise.all(this.#closing);
  }

  #keep(closing: Promise<void>): Promise<void> {
    const kept = closing.finally(() => this.#closing.delete(kept));
    this.#closing.add(kept);
    return kept;
  }
}
