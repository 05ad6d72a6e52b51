import type { AdmissionRequest } from '@realtime-phone/protocol/admission';
import type { CodedError } from '@realtime-phone/protocol/errors';
import type { WaitingCalls } from '../outbound/waiting-calls';
import type { CallQueue } from './call-queue';
import type { Courses } from './courses';
import type { PastCalls } from './past-calls';

/** A call that was placed for an agent. */
export type PlacedCall = AdmissionRequest & { readonly agent: string };

/** The records of calls that the bridge placed, as long as they have not come to talk. */
export class PlacedRecords {
  readonly #courses: Courses;
  readonly #past: PastCalls;
  readonly #waiting: WaitingCalls;
  readonly #queue: CallQueue;
  readonly #isLive: (callSid: string) => boolean;
  readonly #node: string | undefined;
  readonly #onUnconnected: () => void;

  constructor(
    courses: Courses,
    past: PastCalls,
    waiting: WaitingCalls,
    queue: CallQueue,
    isLive: (callSid: string) => boolean,
    node: string | undefined,
    onUnconnected: () => void,
  ) {
    this.#courses = courses;
    this.#past = past;
    this.#waiting = waiting;
    this.#queue = queue;
    this.#isLive = isLive;
    this.#node = node;
    this.#onUnconnected = onUnconnected;
  }

  /** Opens the record of a call that Twilio has taken; one that was admitted has its own already. */
  async open(request: PlacedCall, variables: Readonly<Record<string, string>>): Promise<void> {
    await this.#queue.run(request.callSid, async () => {
      if (this.#isLive(request.callSid)) return;
      if ((await this.#courses.readPast(request.callSid)) !== undefined) return;
      const course = this.#courses.open(request, request.agent, undefined);
      course.record.node = this.#node;
      const { callId, agent } = request;
      course.note('call placed', { callId, agent, to: course.record.to });
      course.keep({ request, agent, variables });
      await this.#courses.settle(course);
    });
  }

  /** Opens and closes the record of a call that Twilio would not place. */
  refuse(request: PlacedCall, fault: CodedError): void {
    const course = this.#courses.open(request, request.agent, undefined);
    course.end('bridge', fault, 0);
    course.close();
  }

  /** Ends the record of a call that never came to talk. */
  async endUnconnected(callSid: string, fault: CodedError): Promise<void> {
    await this.#queue.run(callSid, async () => {
      const past = this.#isLive(callSid) ? undefined : await this.#courses.readPast(callSid);
      if (past?.callId === undefined) return;
      this.#waiting.forget(past.callId);
      this.#past.end(this.#courses.resume(past), fault);
    });
    this.#onUnconnected();
  }
}
