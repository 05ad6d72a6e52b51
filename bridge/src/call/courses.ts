import type { AdmissionRequest } from '@realtime-phone/protocol/admission';
import { CodedError } from '@realtime-phone/protocol/errors';
import { maskPhoneNumber } from '@realtime-phone/protocol/masked-number';
import type { Logger } from 'pino';
import type { CallRecord } from '../records/call-record';
import type { CallStore } from '../records/call-store';
import type { CallSurroundings } from './surroundings';
import { Course } from './course';

/** So long an admission waits for its record. */
const ADMISSION_WRITE_MS = 200;

/** The courses of calls: each begins with its record, or goes on with it. */
export class Courses {
  readonly #around: CallSurroundings;
  readonly #store: CallStore;
  readonly #log: Logger;

  constructor(around: CallSurroundings, store: CallStore, log: Logger) {
    this.#around = around;
    this.#store = store;
    this.#log = log;
  }

  /** Opens the record of a call, or goes on with the one that it has. */
  open(request: AdmissionRequest, agent: string, past: CallRecord | undefined): Course {
    if (past !== undefined) {
      delete past.end;
      delete past.endedAt;
      return this.resume(past);
    }
    const show =
      this.#around.config.LOG_PHONE_NUMBERS === 'full' ? (text: string) => text : maskPhoneNumber;
    return this.resume({
      callSid: request.callSid,
      ...(request.callId === undefined ? {} : { callId: request.callId }),
      from: show(request.from),
      to: show(request.to),
      direction: request.direction,
      agent,
      admittedAt: new Date().toISOString(),
      course: [],
      turns: [],
      statusEvents: [],
      errors: [],
      heardMs: 0,
      bargeIns: 0,
      callerBytes: 0,
      agentBytes: 0,
    });
  }

  /** A store that cannot be read costs the past of a call, not the call. */
  async readPast(callSid: string): Promise<CallRecord | undefined> {
    try {
      return await this.#store.get(callSid);
    } catch (error) {
      const why = error instanceof CodedError ? { code: error.code } : { err: error };
      this.#log.warn({ callSid, ...why }, 'a call record could not be read');
      return undefined;
    }
  }

  /** Goes on with a record. */
  resume(record: CallRecord): Course {
    return new Course(record, this.#log, this.#store, this.#around.lastErrors);
  }

  /**
   * Waits until the admission of a call, or its refusal, is durable, but not for long: a
   * slow store must not cost a call.
   */
  async settle({ record: { callSid }, log }: Course): Promise<void> {
    const sinceMs = performance.now();
    if (await this.#store.settle(callSid, ADMISSION_WRITE_MS)) return;
    const waitedMs = Math.round(performance.now() - sinceMs);
    log.warn({ waitedMs }, 'answered before the record was written');
  }
}
