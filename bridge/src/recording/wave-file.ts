import type { FileHandle } from 'node:fs/promises';
import { decodeMulaw, MULAW_BYTES_PER_MS } from '@realtime-phone/protocol/mulaw';

const HEADER_BYTES = 44;
const CHANNELS = 2;
const SAMPLE_BYTES = 2;
const FRAME_BYTES = CHANNELS * SAMPLE_BYTES;
const FORMAT_PCM = 1;
const RATE = MULAW_BYTES_PER_MS * 1_000;
/** Half a minute: a disk that is further behind does not catch up. */
const MAX_WAITING_BYTES = 30 * RATE * FRAME_BYTES;

/**
 * A stereo wave file, 8 kHz, that grows as the call goes. The samples are 16-bit PCM: that is the
 * one form that every player, browser and speech tool reads, and from mu-law it loses nothing.
 *
 * Writing never waits and never throws. The header says after every block how long the file is, so
 * that it can be played up to there whatever happens next.
 */
export class WaveFile {
  readonly #onFault: (error: unknown) => void;
  readonly #opening: Promise<FileHandle>;
  #work: Promise<void>;
  #waitingBytes = 0;
  #takenBytes = 0;
  #writtenBytes = 0;
  #failed = false;

  /**
   * @param opening a new, empty file.
   * @param onFault takes the first error, once; what comes after it is not written.
   */
  constructor(opening: Promise<FileHandle>, onFault: (error: unknown) => void) {
    this.#opening = opening;
    this.#onFault = onFault;
    this.#work = this.#opening
      .then((file) => writeAll(file, describeWave(0), 0))
      .catch((error: unknown) => this.#fail(error));
  }

  /** How long the file is, or will be once everything is written. */
  get lengthMs(): number {
    const bytes = this.#failed ? this.#writtenBytes : this.#takenBytes;
    return Math.round(bytes / FRAME_BYTES / MULAW_BYTES_PER_MS);
  }

  /** True where something could not be written. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Adds mu-law of both sides, which are equally long. */
  append(left: Buffer, right: Buffer): void {
    if (this.#failed || left.length === 0) return;
    const block = interleave(left, right);
    this.#waitingBytes += block.length;
    if (this.#waitingBytes > MAX_WAITING_BYTES)
      return this.#fail(new Error(`the disk is ${this.#waitingBytes} bytes behind`));
    this.#takenBytes += block.length;
    this.#work = this.#work.then(() => this.#write(block));
  }

  /** Closes the file once everything is written. */
  async close(): Promise<void> {
    await this.#work;
    try {
      await (await this.#opening).close();
    } catch (error) {
      this.#fail(error);
    }
  }

  async #write(block: Buffer): Promise<void> {
    if (this.#failed) return;
    try {
      const file = await this.#opening;
      await writeAll(file, block, HEADER_BYTES + this.#writtenBytes);
      const writtenBytes = this.#writtenBytes + block.length;
      await writeAll(file, describeWave(writtenBytes), 0);
      this.#writtenBytes = writtenBytes;
      this.#waitingBytes -= block.length;
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#onFault(error);
  }
}

/** A write may take less than it was given. */
async function writeAll(file: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

function interleave(left: Buffer, right: Buffer): Buffer {
  const block = Buffer.allocUnsafe(left.length * FRAME_BYTES);
  for (const [at, byte] of left.entries()) {
    block.writeInt16LE(decodeMulaw(byte), at * FRAME_BYTES);
    block.writeInt16LE(decodeMulaw(right[at] ?? 0), at * FRAME_BYTES + SAMPLE_BYTES);
  }
  return block;
}

/** The header of a RIFF file with one `fmt ` and one `data` chunk. */
function describeWave(dataBytes: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(HEADER_BYTES - 8 + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16); // length of fmt
  header.writeUInt16LE(FORMAT_PCM, 20);
  header.writeUInt16LE(CHANNELS, 22);
  header.writeUInt32LE(RATE, 24);
  header.writeUInt32LE(RATE * FRAME_BYTES, 28);
  header.writeUInt16LE(FRAME_BYTES, 32);
  header.writeUInt16LE(SAMPLE_BYTES * 8, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataBytes, 40);
  return header;
}
