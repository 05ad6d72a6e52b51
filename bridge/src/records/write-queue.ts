import type { CallRecord } from './call-record';
import type { Beside } from './call-store';
import type { Entry } from './record-base';

/** A record that waits; the writes of one call are one. */
export interface WaitingWrite extends Beside {
  readonly record: CallRecord;
}

/** The records that wait to be written, one a call, the oldest first. Bounded. */
export class WriteQueue {
  readonly #limit: number;
  readonly #waiting = new Map<string, WaitingWrite>();
  /** Taken out, and not known to be written yet. */
  #taken = new Map<string, WaitingWrite>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many calls wait. */
  get size(): number {
    return this.#waiting.size + this.#taken.size;
  }

  /** Adds a write; false where there is no room for another call. */
  add(record: CallRecord, beside: Beside): boolean {
    const { callSid } = record;
    const earlier = this.#waiting.get(callSid);
    if (earlier === undefined && !this.#taken.has(callSid) && this.size >= this.#limit)
      return false;
    this.#waiting.set(callSid, merge(earlier, { record, ...beside }));
    return true;
  }

  /** Takes the oldest out, to be written. */
  take(count: number): readonly WaitingWrite[] {
    for (const [callSid, write] of this.#waiting) {
      if (this.#taken.size >= count) break;
      this.#waiting.delete(callSid);
      this.#taken.set(callSid, write);
    }
    return [...this.#taken.values()];
  }

  /** What was taken is written. */
  settle(): void {
    this.#taken.clear();
  }

  /** What was taken was not written: it waits again, unless something newer of its call does. */
  giveBack(): void {
    const newer = [...this.#waiting];
    this.#waiting.clear();
    for (const [callSid, write] of this.#taken) this.#waiting.set(callSid, write);
    for (const [callSid, write] of newer)
      this.#waiting.set(callSid, merge(this.#taken.get(callSid), write));
    this.#taken.clear();
  }

  /** The newest write that waits for a call, by its CallSid or callId. */
  find(id: string): WaitingWrite | undefined {
    for (const writes of [this.#waiting, this.#taken]) {
      const own = writes.get(id);
      if (own !== undefined) return own;
      for (const write of writes.values()) if (write.record.callId === id) return write;
    }
    return undefined;
  }

  /** What waits to be written beside the record of a call: a later write of the record alone keeps it. */
  findResumeData(callSid: string): Beside['resumeData'] {
    const waiting = this.#waiting.get(callSid)?.resumeData;
    return waiting === undefined ? this.#taken.get(callSid)?.resumeData : waiting;
  }

  /** The newest write of each call. */
  list(): readonly WaitingWrite[] {
    return [...new Map([...this.#taken, ...this.#waiting]).values()];
  }
}

/** The record is the later one; what stands beside it holds until something else is said. */
function merge(earlier: WaitingWrite | undefined, later: WaitingWrite): WaitingWrite {
  const resumeData = later.resumeData === undefined ? earlier?.resumeData : later.resumeData;
  return {
    record: later.record,
    ...(resumeData === undefined ? {} : { resumeData }),
    isDue: earlier?.isDue === true || later.isDue === true,
  };
}

/** A write as it goes into the base. */
export function describeEntry({ record, resumeData, isDue }: WaitingWrite): Entry {
  return {
    callSid: record.callSid,
    callId: record.callId,
    admittedAt: record.admittedAt,
    record: JSON.stringify(record),
    resumeData:
      resumeData === undefined || resumeData === null ? resumeData : JSON.stringify(resumeData),
    isDue: isDue === true,
  };
}
