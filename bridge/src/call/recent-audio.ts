import { type Base64Slice, countSliceBytes } from '@realtime-phone/protocol/base64';
import { type AudioLog, NOWHERE } from './audio-log';

/**
 * The caller's audio that a new model session would have to hear: the turn that is being said, or was
 * said and not written down, and all that comes while there is no session. Bounded; the oldest goes.
 * The second before a turn is part of it: so late the model may notice speech.
 */
export class RecentAudio {
  readonly #log: AudioLog;
  readonly #caller: number;
  readonly #maxBytes: number;
  readonly #onDropped: (bytes: number) => void;
  /** Where the log has the caller's newest frame, while only a moment is kept. */
  #last = NOWHERE;
  /** The moment before what is kept. */
  #before: readonly Base64Slice[] = [];
  /** What came since the turn, or the time without a session, began. */
  #frames: { readonly audio: Base64Slice; readonly bytes: number }[] = [];
  #bytes = 0;
  #keeps: 'a moment' | 'the turn' | 'all' = 'a moment';
  #turn: readonly Base64Slice[] | undefined;

  /**
   * @param log where the last second of all callers is.
   * @param onDropped told what of a turn, or of the time without a session, was too much to keep.
   */
  constructor(log: AudioLog, maxBytes: number, onDropped: (bytes: number) => void) {
    this.#log = log;
    this.#caller = log.addCaller();
    this.#maxBytes = maxBytes;
    this.#onDropped = onDropped;
  }

  /** Takes a frame, and keeps it as a copy. */
  hear(audio: Base64Slice): void {
    if (this.#keeps === 'a moment') {
      this.#last = this.#log.append(this.#caller, this.#last, audio);
      return;
    }
    const bytes = countSliceBytes(audio);
    const copy = audio.bytes.slice(audio.from, audio.to);
    this.#frames.push({ audio: { bytes: copy, from: 0, to: copy.length }, bytes });
    this.#bytes += bytes;
    while (this.#bytes > this.#maxBytes) {
      const oldest = this.#frames.shift();
      if (oldest === undefined) return;
      this.#bytes -= oldest.bytes;
      this.#onDropped(oldest.bytes);
    }
  }

  /** The caller begins to speak: from the moment before it is kept. */
  speechStarted(): void {
    this.#turn = undefined;
    if (this.#keeps === 'a moment') this.#keepFromNow('the turn');
  }

  /** The turn has ended; it stays until its words are known. */
  speechStopped(): void {
    if (this.#keeps !== 'the turn') return;
    this.#turn = this.#take();
    this.#keeps = 'a moment';
  }

  /** The words of the turn are known: its sound is not needed any more. */
  written(): void {
    this.#turn = undefined;
  }

  /** The turn that has ended and was not written down; none afterwards. */
  takeTurn(): readonly Base64Slice[] | undefined {
    const turn = this.#turn;
    this.#turn = undefined;
    return turn;
  }

  /** There is no session: everything is kept from now on. */
  lost(): void {
    if (this.#keeps === 'a moment') this.#keepFromNow('all');
    else this.#keeps = 'all';
  }

  /** There is one again: gives what it has to hear, oldest first. */
  release(): readonly Base64Slice[] {
    this.#keeps = 'a moment';
    return this.#take();
  }

  #take(): readonly Base64Slice[] {
    const kept = this.#frames.map(({ audio }) => audio);
    const frames = [...this.#before, ...this.#takeMoment(), ...kept];
    this.#before = [];
    this.#frames = [];
    this.#bytes = 0;
    return frames;
  }

  /** The log forgets: the moment before is taken out of it now. */
  #keepFromNow(keeps: 'the turn' | 'all'): void {
    this.#before = this.#takeMoment();
    this.#keeps = keeps;
  }

  #takeMoment(): readonly Base64Slice[] {
    const moment = this.#log.read(this.#caller, this.#last);
    this.#last = NOWHERE;
    return moment;
  }
}
