import type { Logger } from 'pino';
import type { CallRecord } from './call-record';
import type { RecordBase } from './record-base';
import { removeCalls } from './removal';

const DAY_MS = 24 * 60 * 60_000;
/** No call lasts so long; what was not forgotten at its end is forgotten then. */
const RESUME_DATA_MS = DAY_MS;
const EVERY_MS = 60 * 60_000;
const FIRST_MS = 60_000;
const STEP = 20;
const BETWEEN_STEPS_MS = 50;

/** Deletes what is too old, in small steps, so that nothing waits for it. */
export class Retention {
  readonly #base: RecordBase;
  readonly #days: number;
  readonly #folder: string | undefined;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  /** @param days 0 keeps all records. */
  constructor(base: RecordBase, days: number, folder: string | undefined, log: Logger) {
    this.#base = base;
    this.#days = days;
    this.#folder = folder;
    this.#log = log;
    this.#wait(FIRST_MS);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** Deletes all that is too old now. @returns how many records. */
  async sweep(nowMs = Date.now()): Promise<number> {
    await this.#base.removeResumeData(nowMs - RESUME_DATA_MS);
    if (this.#days === 0) return 0;
    const before = new Date(nowMs - this.#days * DAY_MS).toISOString();
    let count = 0;
    while (!this.#isStopped) {
      const texts = await this.#base.listBefore(before, STEP);
      if (texts.length === 0) break;
      // What the store holds was written as records.
      const records = texts.map((text) => JSON.parse(text) as CallRecord);
      const removed = await removeCalls(this.#base, records, this.#folder);
      count += removed.length;
      const left = removed.flatMap((one) => one.left).filter(({ why }) => why !== 'not there');
      if (left.length > 0) this.#log.warn({ left }, 'recordings of deleted calls are left');
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_STEPS_MS));
    }
    if (count > 0) this.#log.info({ records: count, days: this.#days }, 'old call records deleted');
    return count;
  }

  #wait(afterMs: number): void {
    this.#timer = setTimeout(() => {
      this.sweep()
        .catch((error: unknown) => this.#log.warn({ err: error }, 'old records are still there'))
        .finally(() => (this.#isStopped ? undefined : this.#wait(EVERY_MS)));
    }, afterMs);
    this.#timer.unref();
  }
}
