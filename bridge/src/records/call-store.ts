import type { CallRecord } from './call-record';
import type { ResumeData } from './resume-data';

/** What is written together with a record. */
export interface Beside {
  /** Null where the call is over; undefined leaves what is there. */
  readonly resumeData?: ResumeData | null;
  /** True where the record is whole, so that the webhook gets it. */
  readonly isDue?: boolean;
}

/** Where call records are kept. Writes wait in a queue, and whoever reads sees what waits there. */
export interface CallStore {
  /**
   * Has a record written, in place of an older one of the same call. It returns at once and never
   * throws; until it is written the record may still change, and is written as it is then.
   */
  put(record: CallRecord, beside?: Beside): void;
  /**
   * Waits until what was put of a call is durable.
   * @returns false where that was not so within the limit, or the store is known to be down.
   */
  settle(callSid: string, limitMs: number): Promise<boolean>;
  /**
   * A copy, by CallSid, or by the callId of a placed call.
   * @throws CodedError `store_unavailable`, soon.
   */
  get(id: string): Promise<CallRecord | undefined>;
  /** The newest records first. @throws CodedError `store_unavailable`, soon. */
  list(limit: number): Promise<CallRecord[]>;
  /** What a call that is not over needs to be gone on with. @throws CodedError `store_unavailable`. */
  readResumeData(callSid: string): Promise<ResumeData | undefined>;
  /**
   * CallSids of calls that are not over, as far as is written, and of which nothing was kept since a
   * moment, Unix milliseconds. @throws CodedError `store_unavailable`.
   */
  listUnended(savedBeforeMs: number, limit: number): Promise<string[]>;
  /** Records that wait to be written. */
  readonly waiting: number;
  /** @throws the reason why nothing could be written now. */
  check(): Promise<void>;
  /** Writes what waits, if it can be within a limit, and lets go. */
  close(): Promise<void>;
}
