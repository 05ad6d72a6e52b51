import { type Base64Slice, decodeSlice } from '@realtime-phone/protocol/base64';
import { CodedError } from '@realtime-phone/protocol/errors';
import type { Agent } from '../agent/agent-file';
import type { Course } from '../call/course';
import type { Metrics } from '../metrics';
import type { CallRecord } from '../records/call-record';
import type { Ledger } from './agent-queue';
import { Recording } from './recording';
import type { RecordingFile, Recordings } from './recordings';
import { StreamClock } from './stream-clock';

type RecordedFile = NonNullable<CallRecord['recording']>['files'][number];

/**
 * Whether one stream of a call is recorded, and since when: only where the bridge has a folder and
 * the agent a consent sentence, and only once that has been heard. A call that comes back is not
 * told again; it is recorded if it was before, into a file of its own, since what was said meanwhile
 * is not ours to hear.
 */
export class Recorder {
  readonly #recordings: Recordings | undefined;
  readonly #course: Course;
  readonly #metrics: Metrics;
  readonly #sentence: string | undefined;
  readonly #clock = new StreamClock();
  #running: { recording: Recording; file: RecordingFile; entry: RecordedFile } | undefined;

  /** @param recordings undefined where nothing is recorded. */
  constructor(
    recordings: Recordings | undefined,
    agent: Pick<Agent, 'recording'>,
    course: Course,
    metrics: Metrics,
  ) {
    this.#recordings = recordings;
    this.#sentence = recordings === undefined ? undefined : agent.recording?.consent;
    this.#course = course;
    this.#metrics = metrics;
  }

  /** What is to be heard before anything is recorded; undefined where nothing is. */
  get consent(): string | undefined {
    return this.#sentence;
  }

  /** The agent is about to ask: from now on the record says that it was not heard. */
  expectConsent(): void {
    if (this.#sentence !== undefined)
      this.#course.record.recording ??= { consentHeard: false, files: [] };
  }

  /** The sentence has been heard, or something kept it from being heard to its end. */
  takeConsent(wasHeard: boolean, ledger: Ledger): void {
    const { recording } = this.#course.record;
    if (recording === undefined) return;
    if (!wasHeard) return this.#course.fault(new CodedError('recording_consent_unheard'));
    recording.consentHeard = true;
    this.#course.note('recording consent heard');
    this.#begin(ledger);
  }

  /** The call has come back: it goes on being recorded if it was. */
  resume(ledger: Ledger): void {
    if (this.#sentence !== undefined && this.#course.record.recording?.consentHeard === true)
      this.#begin(ledger);
  }

  /** Takes a frame of the caller's. */
  hear(audio: Base64Slice, timestampMs: number | undefined, arrivedAtMs: number): void {
    if (this.#running !== undefined) this.#running.recording.hear(decodeSlice(audio), timestampMs);
    // The frames before it begins tell the clock what the least delay is.
    else if (this.#sentence !== undefined) this.#clock.arrivalOf(timestampMs, arrivedAtMs);
  }

  /**
   * Takes audio of the agent's that was sent.
   * @param startsInMs how long it is until it is heard.
   */
  say(payload: Base64Slice, startsInMs: number): void {
    this.#running?.recording.say(decodeSlice(payload), startsInMs);
  }

  /** What was not heard is being cleared. */
  clear(): void {
    this.#running?.recording.clear();
  }

  /** The stream is over. */
  end(): void {
    const running = this.#running;
    this.#running = undefined;
    if (running === undefined) return;
    const { recording, file, entry } = running;
    recording.end();
    entry.ms = file.wave.lengthMs;
    void file.close().then(() => {
      if (file.wave.failed) return;
      const { path, ms } = entry;
      this.#course.log.info({ path, ms, consentHeard: true }, 'call recorded');
    });
  }

  /** An answering machine consents to nothing: what was recorded is taken away again. */
  discard(): void {
    const running = this.#running;
    this.#running = undefined;
    if (running === undefined) return;
    running.recording.end();
    const { recording: recorded } = this.#course.record;
    recorded?.files.pop();
    if (recorded !== undefined) recorded.consentHeard = false;
    this.#course.note('recording discarded');
    void running.file.remove();
  }

  #begin(ledger: Ledger): void {
    const { record } = this.#course;
    if (this.#recordings === undefined || record.recording === undefined) return;
    const { files } = record.recording;
    const number = files.length + 1;
    const file = this.#recordings.begin(record.callSid, number, (error) => {
      this.#fail(error);
      entry.ms = file.wave.lengthMs;
      if (entry.ms === 0) files.splice(files.indexOf(entry), 1);
      this.#course.save();
    });
    const entry: RecordedFile = { path: file.path };
    files.push(entry);
    this.#running = { recording: new Recording(file.wave, ledger, this.#clock), file, entry };
    this.#course.note('recording begun', { path: file.path });
    this.#course.save();
  }

  /** The recording is lost from here on, the call is not. */
  #fail(error: unknown): void {
    this.#metrics.recordingsFailed.inc();
    this.#course.fault(new CodedError('recording_failed', describeError(error), { cause: error }));
    this.end();
  }
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
