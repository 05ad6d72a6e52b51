import type { AdmissionRequest } from '@realtime-phone/protocol/admission';
import type { CallEvent } from '@realtime-phone/protocol/call-event';
import { CodedError } from '@realtime-phone/protocol/errors';
import type { Logger } from 'pino';
import { describeUnanswered } from '../outbound/unanswered';
import type { WaitingCalls } from '../outbound/waiting-calls';
import type { CallRecord } from '../records/call-record';
import type { CallSurroundings } from './surroundings';
import { explainEvent, type Course } from './course';
import type { Courses } from './courses';
import { findLoss } from './loss';
import { isOver } from './next-step';

/** What becomes of the record of a call that is not live: never let in, over, or of a bridge that fell. */
export class PastCalls {
  readonly #courses: Courses;
  readonly #waiting: WaitingCalls;
  readonly #around: CallSurroundings;
  readonly #log: Logger;

  constructor(courses: Courses, waiting: WaitingCalls, around: CallSurroundings, log: Logger) {
    this.#courses = courses;
    this.#waiting = waiting;
    this.#around = around;
    this.#log = log;
  }

  /** Notes that a call was not admitted. */
  refuseAdmission(
    { callId, ...request }: AdmissionRequest,
    fault: CodedError,
    past: CallRecord | undefined,
  ): Course {
    const agent = request.agent ?? this.#around.config.AGENT;
    // A callId that is not this call's must not lead to its record.
    const own = fault.code === 'outbound_call_unknown' || callId === undefined ? {} : { callId };
    const course =
      past === undefined
        ? this.#courses.open({ ...request, ...own }, agent, undefined)
        : this.#courses.resume(past);
    course.refuseAdmission(fault);
    course.close();
    return course;
  }

  /** Ends a record that has no end, since its call never came to talk, or its bridge fell. */
  end(course: Course, fault: CodedError): void {
    const { endedAt, startedAt } = course.record;
    if (endedAt !== undefined) return;
    if (startedAt === undefined) course.end('caller', fault, 0);
    else course.end('bridge', new CodedError('bridge_stopped', 'its end was not seen'), 0);
    course.close();
  }

  /**
   * Takes a status event.
   * @param wasAway true where the call was with somebody else until now.
   */
  takeEvent(record: CallRecord, event: CallEvent, wasAway: boolean): void {
    const course = this.#courses.resume(record);
    course.event(event);
    const wasLost = isOver(event) && findLoss(record) === 'stream_lost';
    if (wasAway || wasLost) course.close();
    if (!isOver(event)) return;
    if (record.callId !== undefined) this.#waiting.forget(record.callId);
    const why = describeUnanswered(event.parameters);
    this.end(course, new CodedError('outbound_call_not_answered', why));
  }

  /** Takes an event of a call without a record: it is only logged, unless its record is about to come. */
  takeStrangeEvent(callSid: string, event: CallEvent): void {
    if (this.#waiting.early.hold(callSid, event)) return;
    this.#log.info(
      { callSid, source: event.source },
      'status event of a call that was not admitted',
    );
    const fault = explainEvent(event.parameters);
    if (fault === undefined) return;
    const { code, name, cause, remedy } = fault;
    this.#log.warn({ callSid, ...fault }, name);
    this.#around.lastErrors.note(code, `${name}: ${cause}`, remedy, callSid);
  }
}
