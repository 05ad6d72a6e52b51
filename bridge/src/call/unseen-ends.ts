import { CodedError } from '@realtime-phone/protocol/errors';
import type { Logger } from 'pino';
import type { CallRecord } from '../records/call-record';
import type { CallStore } from '../records/call-store';
import type { ResumeData } from '../records/resume-data';
import type { CallQueue } from './call-queue';
import type { Courses } from './courses';

/** By then `/stream-ended` has long given up asking for the call of a bridge that fell. */
const GIVEN_UP_MS = 120_000;
const FIRST_MS = GIVEN_UP_MS + 10_000;
const EVERY_MS = 10 * 60_000;
const MOST = 10_000;

/**
 * Calls whose end nobody saw: the caller hung up while the bridge was down, and no status event came
 * through. Nobody comes back for them, so their records are ended here, and delivered.
 */
export class UnseenEnds {
  readonly #store: CallStore;
  readonly #courses: Courses;
  readonly #queue: CallQueue;
  readonly #isHere: (callSid: string, callId?: string) => boolean;
  readonly #node: string | undefined;
  readonly #longestMs: number;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param isHere whether this bridge has the call, or waits for it.
   * @param config the name of this bridge, and how long a call may last.
   */
  constructor(
    store: CallStore,
    courses: Courses,
    queue: CallQueue,
    isHere: (callSid: string, callId?: string) => boolean,
    config: { readonly BRIDGE_NODE?: string | undefined; readonly MAX_CALL_S: number },
    log: Logger,
  ) {
    this.#store = store;
    this.#courses = courses;
    this.#queue = queue;
    this.#isHere = isHere;
    this.#node = config.BRIDGE_NODE;
    this.#longestMs = config.MAX_CALL_S * 1_000;
    this.#log = log;
  }

  /** Looks for them from now on. */
  start(firstMs = FIRST_MS): void {
    this.#timer = setTimeout(() => {
      this.sweep()
        .catch((error: unknown) => this.#log.warn({ err: error }, 'ends of calls are still open'))
        .finally(() => (this.#timer === undefined ? undefined : this.start(EVERY_MS)));
    }, firstMs);
    this.#timer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /**
   * Ends the records of such calls.
   * @returns how many there were.
   * @throws CodedError `store_unavailable`.
   */
  async sweep(nowMs = Date.now()): Promise<number> {
    let count = 0;
    for (const callSid of await this.#store.listUnended(nowMs - GIVEN_UP_MS, MOST))
      // What this bridge has is not even read.
      if (!this.#isHere(callSid))
        count += await this.#queue.run(callSid, () => this.#end(callSid, nowMs));
    if (count > 0)
      this.#log.warn({ records: count }, 'ended records of calls whose end nobody saw');
    return count;
  }

  async #end(callSid: string, nowMs: number): Promise<number> {
    const record = await this.#store.get(callSid);
    const data = await this.#store.readResumeData(callSid);
    if (record === undefined || data === undefined || this.#isHere(callSid, record.callId))
      return 0;
    if (!this.#isGivenUp(record, data, nowMs)) return 0;
    const course = this.#courses.resume(record);
    if (record.endedAt === undefined)
      course.end('bridge', new CodedError('bridge_fell', 'the end of the call was not seen'), 0);
    course.close();
    return 1;
  }

  /** Another bridge may still have it, and a transfer may last, as long as a call may at all. */
  #isGivenUp({ node, admittedAt }: CallRecord, { handOver }: ResumeData, nowMs: number): boolean {
    if (node === this.#node && handOver === undefined) return true;
    return nowMs - Date.parse(admittedAt) > this.#longestMs + GIVEN_UP_MS;
  }
}
