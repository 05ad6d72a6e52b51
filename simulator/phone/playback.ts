import { MULAW_BYTES_PER_MS } from '@realtime-phone/protocol/mulaw';
import type { AudioTrack } from './audio-track';

/** Twilio queues up to 10 minutes of audio (31931). */
export const MAX_QUEUED_BYTES = 10 * 60 * 1000 * MULAW_BYTES_PER_MS;

/** What a `clear` did. */
export interface Interruption {
  readonly atMs: number;
  /** How much had been played since the agent was last quiet. */
  readonly playedMs: number;
  /** How much agent audio had been played in all of the stream. */
  readonly heardMs: number;
  /** How much of the queue was thrown away. */
  readonly droppedMs: number;
  /** Marks that were pending, and are echoed now. */
  readonly marks: readonly string[];
}

/** Who is told what the caller hears. Times are on the call's clock. */
export interface PlaybackListener {
  /** Audio begins to sound after silence. */
  speaks(atMs: number): void;
  /** The last byte that was queued has sounded, or a `clear` cut it off. */
  quiet(atMs: number, playedMs: number): void;
  /** All audio before the mark has been played, or a `clear` dropped it. */
  reached(mark: string, cleared: boolean): void;
  /** The queue is full; what came was thrown away. */
  overflowed(): void;
}

type Item = { readonly mark: string } | { readonly audio: Buffer };

/**
 * The queue of a stream's audio towards the caller, played at 8 bytes a millisecond on a monotonic
 * clock. It knows which bytes were heard, and when, to the byte: timers only decide how late others
 * learn of it.
 */
export class Playback {
  readonly #nowMs: () => number;
  readonly #track: AudioTrack;
  readonly #listener: PlaybackListener;
  readonly #queue: Item[] = [];
  #queuedBytes = 0;
  #heardBytes = 0;
  #run: { readonly startMs: number; bytes: number; readonly chunks: Buffer[] } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(nowMs: () => number, track: AudioTrack, listener: PlaybackListener) {
    this.#nowMs = nowMs;
    this.#track = track;
    this.#listener = listener;
  }

  /** How much agent audio has been played, by now. */
  get heardMs(): number {
    this.#advance();
    return this.#heardBytes / MULAW_BYTES_PER_MS;
  }

  /** How much still waits to be played. */
  get queuedMs(): number {
    this.#advance();
    return this.#queuedBytes / MULAW_BYTES_PER_MS;
  }

  /** Queues audio. */
  play(audio: Buffer): void {
    this.#advance();
    if (audio.length === 0) return;
    if (this.#queuedBytes + audio.length > MAX_QUEUED_BYTES) {
      this.#listener.overflowed();
      return;
    }
    this.#queue.push({ audio });
    this.#queuedBytes += audio.length;
    if (this.#run === undefined) {
      this.#run = { startMs: this.#nowMs(), bytes: 0, chunks: [] };
      this.#listener.speaks(this.#run.startMs);
    }
    this.#arm();
  }

  /** Queues a mark; it is reached at once if nothing is being played. */
  mark(name: string): void {
    this.#queue.push({ mark: name });
    this.#advance();
    this.#arm();
  }

  /** Throws away what has not been played. */
  clear(): Interruption {
    this.#advance();
    const atMs = this.#nowMs();
    const marks = this.#queue.flatMap((item) => ('mark' in item ? [item.mark] : []));
    const interruption = {
      atMs,
      playedMs: (this.#run?.bytes ?? 0) / MULAW_BYTES_PER_MS,
      heardMs: this.#heardBytes / MULAW_BYTES_PER_MS,
      droppedMs: this.#queuedBytes / MULAW_BYTES_PER_MS,
      marks,
    };
    this.#drop(atMs);
    for (const mark of marks) this.#listener.reached(mark, true);
    return interruption;
  }

  /** Ends it: what has not been played never will be, and no mark is reached any more. */
  stop(): void {
    this.#advance();
    this.#drop(this.#nowMs());
  }

  #drop(atMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#queue.length = 0;
    this.#queuedBytes = 0;
    this.#endRun(atMs);
  }

  /** Brings the books up to now. */
  #advance(): void {
    const elapsedMs = this.#run === undefined ? 0 : this.#nowMs() - this.#run.startMs;
    let budget = Math.floor(elapsedMs * MULAW_BYTES_PER_MS) - (this.#run?.bytes ?? 0);
    for (let item = this.#queue[0]; item !== undefined; item = this.#queue[0]) {
      if ('mark' in item) {
        this.#queue.shift();
        if (this.#queuedBytes === 0) this.#endRunByItself();
        this.#listener.reached(item.mark, false);
      } else {
        if (budget <= 0) return;
        const taken = item.audio.subarray(0, budget);
        budget -= taken.length;
        this.#hear(taken);
        if (taken.length === item.audio.length) this.#queue.shift();
        else this.#queue[0] = { audio: item.audio.subarray(taken.length) };
      }
    }
    this.#endRunByItself();
  }

  /** All has been played: the run ended when its last byte did, which may be a while ago. */
  #endRunByItself(): void {
    const run = this.#run;
    if (run !== undefined) this.#endRun(run.startMs + run.bytes / MULAW_BYTES_PER_MS);
  }

  #hear(bytes: Buffer): void {
    this.#run?.chunks.push(bytes);
    if (this.#run !== undefined) this.#run.bytes += bytes.length;
    this.#queuedBytes -= bytes.length;
    this.#heardBytes += bytes.length;
  }

  #endRun(atMs: number): void {
    const run = this.#run;
    if (run === undefined) return;
    this.#run = undefined;
    this.#track.place(run.startMs, Buffer.concat(run.chunks));
    this.#listener.quiet(atMs, run.bytes / MULAW_BYTES_PER_MS);
  }

  /** Wakes up when the next mark is due, or the queue has been played. */
  #arm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const run = this.#run;
    if (run === undefined) return;
    let bytes = run.bytes;
    for (const item of this.#queue) {
      if ('mark' in item) break;
      bytes += item.audio.length;
    }
    const inMs = run.startMs + bytes / MULAW_BYTES_PER_MS - this.#nowMs();
    this.#timer = setTimeout(
      () => {
        this.#advance();
        this.#arm();
      },
      Math.max(Math.ceil(inMs), 1),
    );
  }
}
