import type { AdmissionRequest } from '@realtime-phone/protocol/admission';
import { maskPhoneNumber } from '@realtime-phone/protocol/masked-number';
import type { Logger } from 'pino';
import type { CallRecord } from '../records/call-record';
import type { CallStore } from '../records/call-store';
import type { CallSurroundings } from './surroundings';
import { Course } from './course';

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
  open(request: AdmissionRequest, agent: string): Course {
    const past = this.readPast(request.callSid);
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
  readPast(callSid: string): CallRecord | undefined {
    try {
      return this.#store.get(callSid);
    } catch (error) {
      this.#log.error({ callSid, err: error }, 'a call record could not be read');
      return undefined;
    }
  }

  /** Goes on with a record. */
  resume(record: CallRecord): Course {
    const { metrics, lastErrors } = this.#around;
    return new Course(record, this.#log, this.#store, lastErrors, () => metrics.recordsLost.inc());
  }
}
