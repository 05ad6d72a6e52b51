import type { CallRecord } from './call-record';

/** Where call records are kept. */
export interface CallStore {
  /** Writes a record, in place of an older one of the same call. */
  put(record: CallRecord): void;
  /** By CallSid, or by the callId of a placed call. */
  get(id: string): CallRecord | undefined;
  /** The newest records first. */
  list(limit: number): CallRecord[];
  /** @throws the reason why nothing could be written now. */
  check(): void;
  close(): void;
}
