import type { AudioFormat } from './audio-format';
import { bytesPerMs } from './audio-format';
import { AudioTape } from './audio-tape';
import type { TurnDetection } from './turn-detection';
import { FRAME_MS, frameBytes, VoiceActivity } from './voice-activity';

/** What the input buffer noticed in the audio that came; times are milliseconds of audio received. */
export type InputChange =
  | { readonly kind: 'started'; readonly audioStartMs: number }
  | { readonly kind: 'stopped'; readonly audioEndMs: number; readonly audio: Buffer }
  | {
      readonly kind: 'idle';
      readonly audioStartMs: number;
      readonly audioEndMs: number;
      readonly audio: Buffer;
    };

/** The input audio buffer of a session, with its voice detection. Its clock is the bytes that came. */
export class InputAudio {
  readonly #voice = new VoiceActivity();
  #format: AudioFormat;
  #tape = new AudioTape();
  /** Milliseconds of audio that came before the tape, in other formats. */
  #beforeTapeMs = 0;
  /** Position of the next frame to listen to. */
  #nextFrame = 0;
  #idle: { readonly fromMs: number; readonly untilMs: number } | null = null;

  constructor(format: AudioFormat) {
    this.#format = format;
  }

  /** Milliseconds of audio received in the session. */
  get elapsedMs(): number {
    return this.#msAt(this.#tape.end);
  }

  /** Milliseconds of audio that wait for a commit. */
  get pendingMs(): number {
    return (this.#tape.end - this.#tape.start) / bytesPerMs(this.#format);
  }

  /** True while the caller is heard speaking. */
  get speaking(): boolean {
    return this.#voice.speaking;
  }

  /** From now on audio comes in that format; what waits in another one is gone. */
  setFormat(format: AudioFormat): void {
    if (format.type === this.#format.type) return;
    this.#beforeTapeMs = this.elapsedMs;
    this.#format = format;
    this.#tape = new AudioTape();
    this.#nextFrame = 0;
    this.#voice.reset();
  }

  /**
   * Counts idle time: unless speech comes first, a change of kind `idle` follows when
   * `idleTimeoutMs` of audio have come after `playbackMs` of audio from now on.
   */
  expectSpeech(playbackMs: number, idleTimeoutMs: number): void {
    const fromMs = this.elapsedMs + playbackMs;
    this.#idle = { fromMs, untilMs: fromMs + idleTimeoutMs };
  }

  /** Stops to count idle time. */
  stopExpecting(): void {
    this.#idle = null;
  }

  /** Takes audio, listens to it by that rule (null: not at all), and gives what it noticed, in order. */
  append(audio: Buffer, detection: TurnDetection | null): InputChange[] {
    this.#tape.append(audio);
    const length = frameBytes(this.#format);
    const changes: InputChange[] = [];
    for (; this.#nextFrame + length <= this.#tape.end; this.#nextFrame += length) {
      const change = detection && this.#hearFrame(detection);
      if (change) changes.push(change);
    }
    return changes;
  }

  /** Takes all audio that waits out of the buffer. */
  take(): Buffer {
    const audio = this.#tape.slice(this.#tape.start, this.#tape.end);
    this.clear();
    return audio;
  }

  /** Milliseconds of some audio in the format of the buffer. */
  msOf(audio: Buffer): number {
    return audio.length / bytesPerMs(this.#format);
  }

  /** Forgets a speech that has begun; its audio still waits. */
  forgetSpeech(): void {
    this.#voice.reset();
    this.#idle = null;
  }

  /** Drops all audio that waits, and a speech that has begun. */
  clear(): void {
    this.#tape.dropBefore(this.#tape.end);
    this.#nextFrame = this.#tape.end;
    this.#voice.reset();
  }

  #hearFrame(detection: TurnDetection): InputChange | null {
    const frameEnd = this.#nextFrame + frameBytes(this.#format);
    const frame = this.#tape.slice(this.#nextFrame, frameEnd);
    const paddingBytes = detection.prefixPaddingMs * bytesPerMs(this.#format);
    const voice = this.#voice.hear(frame, this.#msAt(this.#nextFrame), this.#format, detection);
    if (voice?.kind === 'started') {
      this.#idle = null;
      this.#tape.dropBefore(this.#positionAt(voice.atMs) - paddingBytes);
      return { kind: 'started', audioStartMs: this.#msAt(this.#tape.start) };
    }
    if (voice?.kind === 'stopped') {
      const audio = this.#takeUntil(frameEnd);
      return { kind: 'stopped', audioEndMs: voice.atMs, audio };
    }
    // One frame more than the padding: a start is only known a frame after it.
    if (!this.#voice.speaking) this.#tape.dropBefore(frameEnd - paddingBytes - 2 * frame.length);
    return this.#idleAt(this.#msAt(this.#nextFrame) + FRAME_MS, frameEnd);
  }

  #idleAt(nowMs: number, position: number): InputChange | null {
    if (!this.#idle || this.#voice.speaking || nowMs < this.#idle.untilMs) return null;
    const { fromMs } = this.#idle;
    this.#idle = null;
    return {
      kind: 'idle',
      audioStartMs: fromMs,
      audioEndMs: nowMs,
      audio: this.#takeUntil(position),
    };
  }

  #takeUntil(position: number): Buffer {
    const audio = this.#tape.slice(this.#tape.start, position);
    this.#tape.dropBefore(position);
    return audio;
  }

  #msAt(position: number): number {
    return Math.round(this.#beforeTapeMs + position / bytesPerMs(this.#format));
  }

  #positionAt(ms: number): number {
    return Math.round((ms - this.#beforeTapeMs) * bytesPerMs(this.#format));
  }
}
