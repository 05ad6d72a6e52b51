import type { CallEvent } from '@realtime-phone/protocol/call-event';
import { type CodedError, FAULTS } from '@realtime-phone/protocol/errors';
import { describeTwilioError } from '@realtime-phone/protocol/twilio-errors/catalogue';
import { findEventCode } from '@realtime-phone/protocol/twilio-errors/event-code';
import type { ServerEvent } from '@realtime-phone/protocol/realtime/server-events';
import type { Logger } from 'pino';
import type { LastErrors } from '../diagnostics/last-errors';
import type { CallRecord, EndedBy, Turn } from '../records/call-record';
import type { CallStore } from '../records/call-store';
import type { ResumeData } from '../records/resume-data';
import { addStatusEvent } from '../records/status-events';
import type { ToolNote } from '../tools/tool-call';
import { addUsage, noTokens } from './tokens';
import type { Saying } from './transcript';

const MAX_ENTRIES = 500;
/** What a model that goes on with the call is told of again. */
const MAX_TOOL_ANSWERS = 40;

/**
 * The course of a call, told twice: as log lines, and as the record that the store keeps. Each step
 * and turn is written at once, off the audio path, so that a SIGKILL costs no more than the last.
 */
export class Course {
  readonly record: CallRecord;
  readonly log: Logger;
  readonly #store: CallStore;
  readonly #lastErrors: LastErrors;
  #resumeData: ResumeData | undefined;
  /** The admission on the clock of `performance.now()`, which no correction of the time moves. */
  readonly #admittedAtMs: number;
  /** When each turn began, finer than the record shows it: two may begin in one millisecond. */
  readonly #turnsBeganAtMs: number[];
  readonly #callerStoppedAtMs: number[] = [];

  constructor(record: CallRecord, log: Logger, store: CallStore, lastErrors: LastErrors) {
    this.record = record;
    this.log = log.child({ callSid: record.callSid });
    this.#store = store;
    this.#lastErrors = lastErrors;
    this.#admittedAtMs = performance.now() - (Date.now() - Date.parse(record.admittedAt));
    this.#turnsBeganAtMs = record.turns.map(({ atMs }) => atMs);
  }

  /** Notes a step in the words of the log. */
  note(what: string, details: object = {}): void {
    const { toolNote, ...shown } = details as { readonly toolNote?: ToolNote }; // all else is logged
    this.log.info(shown, what);
    if (toolNote !== undefined) this.#noteTool(toolNote);
    if (this.record.course.length < MAX_ENTRIES)
      this.record.course.push({ atMs: this.#atMs(), what });
    if (what === 'media stream started') this.record.startedAt ??= new Date().toISOString();
    this.save();
  }

  /** Notes what somebody said, as far as it was heard. */
  say({ who, text, beganAtMs, isCut }: Saying): void {
    if (this.record.turns.length >= MAX_ENTRIES) return;
    // What was heard is known after it was said, and the caller's words are written down later still.
    const exactMs = Math.max(0, beganAtMs - this.#admittedAtMs);
    const atMs = Math.round(exactMs);
    const responseMs = who === 'agent' ? this.#takeResponseMs(beganAtMs) : undefined;
    const turn: Turn = {
      atMs,
      who,
      text,
      ...(isCut ? { cut: true } : {}),
      ...(responseMs === undefined ? {} : { responseMs }),
    };
    const at = this.#turnsBeganAtMs.findLastIndex((earlierMs) => earlierMs <= exactMs) + 1;
    this.#turnsBeganAtMs.splice(at, 0, exactMs);
    this.record.turns.splice(at, 0, turn);
    this.log.info({ atMs, who, ...(isCut ? { cut: true } : {}), pii: { text } }, 'turn');
    this.save();
  }

  /**
   * Notes that a model session is ready.
   * @returns how long that took, in milliseconds.
   */
  noteModelReady(openedAtMs: number): number {
    const readyMs = performance.now() - openedAtMs;
    this.record.modelReadyMs ??= Math.round(readyMs);
    return readyMs;
  }

  /** Takes what an event of the model says of tokens, and of when the caller fell silent. */
  takeModelEvent(event: ServerEvent): void {
    if (event.type === 'response.done') {
      addUsage((this.record.tokens ??= noTokens()), event.usage);
      this.save();
    } else if (event.type === 'input_audio_buffer.speech_stopped')
      this.#callerStoppedAtMs.push(performance.now());
  }

  /** Notes a tool of the model that was answered. */
  #noteTool({ use, answer }: ToolNote): void {
    const atMs = this.#atMs();
    const tools = (this.record.tools ??= []);
    if (tools.length < MAX_ENTRIES) tools.push({ atMs, ...use });
    const data = this.#resumeData;
    if (data === undefined) return;
    const toolAnswers = [...data.toolAnswers, { atMs, name: use.name, ...answer }];
    this.keep({ ...data, toolAnswers: toolAnswers.slice(-MAX_TOOL_ANSWERS) });
  }

  /** How long the caller had been silent when the agent was heard; each silence is answered once. */
  #takeResponseMs(beganAtMs: number): number | undefined {
    const before = this.#callerStoppedAtMs.filter((stoppedAtMs) => stoppedAtMs <= beganAtMs);
    this.#callerStoppedAtMs.splice(0, before.length);
    const last = before.at(-1);
    return last === undefined ? undefined : Math.round(beganAtMs - last);
  }

  /** Notes the outcome that the agent reported; a later one takes its place. */
  report(outcome: unknown): void {
    this.record.outcome = outcome;
    this.log.info({ pii: { outcome } }, 'outcome reported');
    this.save();
  }

  /** Notes a fault that the call survives. */
  fault(fault: CodedError): void {
    this.log.warn(
      { code: fault.code, detail: fault.detail, remedy: fault.fault.remedy },
      fault.message,
    );
    this.#keepFault(fault);
    this.save();
  }

  /** Notes that a session of the model was lost, or could not be had; the call may survive it. */
  loseModel(fault: CodedError): void {
    const { code, detail, fault: entry } = fault;
    const what = 'model session lost';
    this.log.warn({ code, detail, remedy: entry.remedy }, what);
    if (this.record.course.length < MAX_ENTRIES)
      this.record.course.push({ atMs: this.#atMs(), what });
    this.#keepFault(fault);
  }

  /** Notes a stream that was refused, which the log has already; once for each reason. */
  refuseStream(fault: CodedError): void {
    if (this.record.errors.some(({ code }) => code === fault.code))
      this.#lastErrors.noteFault(fault, this.record.callSid);
    else this.#keepFault(fault);
    this.save();
  }

  /** Notes that the call was not admitted: its end, if it has not had one. */
  refuseAdmission(refusal: CodedError): void {
    const { code, detail, fault } = refusal;
    this.record.endedAt ??= new Date().toISOString();
    this.record.end ??= { by: 'bridge', code };
    this.record.course.push({ atMs: this.#atMs(), what: 'call not admitted' });
    this.#keepFault(refusal);
    this.log.warn({ code, detail, remedy: fault.remedy }, 'call not admitted');
    this.save();
  }

  /** Notes what Twilio reported; an error code is explained in words. */
  event(event: CallEvent): void {
    const kept = addStatusEvent(this.record.statusEvents, event, this.#atMs());
    if (kept === undefined) return;
    this.log.info({ source: kept.source, ...kept.parameters }, 'status event');
    const fault = explainEvent(kept.parameters);
    if (fault !== undefined) {
      const { code, name, cause, remedy } = fault;
      this.log.warn(fault, name);
      const message = `${name}: ${cause}`;
      this.#keep(code, message, remedy);
      this.#lastErrors.note(code, message, remedy, this.record.callSid);
    }
    this.save();
  }

  /** Notes the end. */
  end(by: EndedBy, fault: CodedError | undefined, heardMs: number): void {
    const { record } = this;
    record.endedAt = new Date().toISOString();
    record.end = { by, ...(fault === undefined ? {} : { code: fault.code }) };
    record.heardMs += heardMs;
    const details = { by, heardMs, callerBytes: record.callerBytes, agentBytes: record.agentBytes };
    if (fault === undefined) this.log.info(details, 'call ended');
    else {
      // What a lost model session said already is not said again.
      if (record.errors.at(-1)?.message !== fault.message) this.#keepFault(fault);
      this.log.warn(
        {
          ...details,
          code: fault.code,
          detail: fault.detail,
          remedy: fault.fault.remedy,
          err: fault.cause,
        },
        'call ended',
      );
    }
    record.course.push({ atMs: this.#atMs(), what: 'call ended' });
    this.save();
  }

  /** Keeps what it takes to go on with the call, until it is over. */
  keep(data: Omit<ResumeData, 'toolAnswers'> & Partial<ResumeData>): void {
    this.#resumeData = { toolAnswers: this.#resumeData?.toolAnswers ?? [], ...data };
    this.#store.put(this.record, { resumeData: this.#resumeData });
  }

  /** The call is over: nobody goes on with it, and its record is whole. */
  close(): void {
    this.#resumeData = undefined;
    this.#store.put(this.record, { resumeData: null, isDue: true });
  }

  /** Has the record written, soon. */
  save(): void {
    this.#store.put(this.record);
  }

  #keepFault(fault: CodedError): void {
    this.#keep(fault.code, fault.message, fault.fault.remedy);
    this.#lastErrors.noteFault(fault, this.record.callSid);
  }

  #keep(code: string, words: string, remedy: string): void {
    const message = this.#lastErrors.hideSecrets(words);
    if (this.record.errors.length < MAX_ENTRIES) {
      this.record.errors.push({ atMs: this.#atMs(), code, message, remedy });
    }
  }

  #atMs(): number {
    return Math.round(performance.now() - this.#admittedAtMs);
  }
}

/**
 * What Twilio reported in these parameters as an error, in words; undefined where it did not. A
 * stream's error without a code that is known keeps Twilio's own words.
 */
export function explainEvent(parameters: Readonly<Record<string, string>>) {
  const { StreamEvent, StreamError = 'no reason was given', ErrorUrl: errorUrl } = parameters;
  const twilioCode = findEventCode(parameters);
  if (twilioCode === undefined) {
    if (StreamEvent !== 'stream-error') return undefined;
    const { message: name, remedy } = FAULTS.twilio_stream_error;
    return { code: 'twilio_stream_error', name, cause: StreamError, remedy };
  }
  const { name, cause, remedy } = describeTwilioError(twilioCode);
  const url = errorUrl === undefined ? {} : { errorUrl };
  return { code: twilioCode, twilioCode, name, cause, remedy, ...url };
}
