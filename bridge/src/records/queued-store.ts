import { CodedError } from '@realtime-phone/protocol/errors';
import type { CallRecord } from './call-record';
import type { Beside, CallStore } from './call-store';
import { backOffMs, waitAtMost } from '../limits/patience';
import type { RecordBase } from './record-base';
import type { ResumeData } from './resume-data';
import { describeEntry, WriteQueue } from './write-queue';

/** The numbers that the store keeps. */
export interface StoreLimits {
  /** Calls whose records may wait to be written. */
  readonly maxWaiting: number;
  /** Only a call with the webhook's address has its record delivered. */
  readonly delivers: boolean;
}

/** What the store tells of itself. */
export interface StoreListener {
  /** A write was given up. */
  onLost(): void;
  /** Told once, when something goes wrong that did not before. */
  onFault(fault: CodedError): void;
  /** It goes well again. @param lost how many writes were given up meanwhile. */
  onWell(lost: number): void;
  /** Records are durable that the webhook is to get. */
  onDue(): void;
}

/** So long a write waits for others, of its call and of all: what a SIGKILL may cost, but for the write. */
const GATHER_MS = 150;
const BATCH = 64;
/** Admission, next and events are waited for by Twilio. */
const READ_MS = 400;
/** After so long a write that goes on counts as a fault; it is still waited for. */
const WRITE_MS = 2_000;
const FIRST_RETRY_MS = 100;
const MOST_RETRY_MS = 3_000;
const CLOSE_MS = 3_000;

/**
 * A store in front of a base that may be slow, or gone: writes wait in a bounded queue, those of one
 * call as one; reads see what waits, and have a limit. While the base is known to be down a read
 * fails at once, and the base is tried again by itself, so that what waits is written as soon as it
 * can be.
 */
export class QueuedStore implements CallStore {
  readonly #base: RecordBase;
  readonly #limits: StoreLimits;
  readonly #listener: StoreListener;
  readonly #queue: WriteQueue;
  readonly #settled = new Set<() => void>();
  #fault: CodedError | undefined;
  #lost = 0;
  #isFull = false;
  #tries = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #isClosed = false;

  constructor(base: RecordBase, limits: StoreLimits, listener: StoreListener) {
    this.#base = base;
    this.#limits = limits;
    this.#listener = listener;
    this.#queue = new WriteQueue(limits.maxWaiting);
  }

  put(record: CallRecord, { resumeData, isDue }: Beside = {}): void {
    const beside = { resumeData, isDue: isDue === true && this.#limits.delivers };
    if (!this.#isClosed && this.#queue.add(record, beside)) return this.#schedule(GATHER_MS);
    this.#lost += 1;
    this.#listener.onLost();
    if (this.#isFull) return;
    this.#isFull = true;
    this.#listener.onFault(new CodedError('store_queue_full', `${this.#queue.size} records wait`));
  }

  async settle(callSid: string, limitMs: number): Promise<boolean> {
    const untilMs = performance.now() + limitMs;
    while (this.#queue.find(callSid) !== undefined) {
      const leftMs = untilMs - performance.now();
      if (this.#fault !== undefined || leftMs <= 0) return false;
      this.#schedule(0);
      const next = new Promise<void>((resolve) => this.#settled.add(resolve));
      await waitAtMost(next, leftMs).catch(() => undefined);
    }
    return true;
  }

  async get(id: string): Promise<CallRecord | undefined> {
    const waiting = this.#queue.find(id)?.record;
    if (waiting !== undefined) return structuredClone(waiting);
    const text = await this.#read(() => this.#base.read(id));
    // Between asking and the answer something may have been put.
    const newer = this.#queue.find(id)?.record;
    if (newer !== undefined) return structuredClone(newer);
    return text === undefined ? undefined : readRecord(text);
  }

  async list(limit: number): Promise<CallRecord[]> {
    const records = (await this.#read(() => this.#base.list(limit))).map(readRecord);
    const waiting = this.#queue.list().map(({ record }) => structuredClone(record));
    return [...new Map([...records, ...waiting].map((one) => [one.callSid, one])).values()]
      .sort((one, other) => (one.admittedAt < other.admittedAt ? 1 : -1))
      .slice(0, limit);
  }

  async readResumeData(callSid: string): Promise<ResumeData | undefined> {
    const waiting = this.#queue.findResumeData(callSid);
    if (waiting === null) return undefined;
    if (waiting !== undefined) return structuredClone(waiting);
    const text = await this.#read(() => this.#base.readResumeData(callSid));
    return text === undefined ? undefined : (JSON.parse(text) as ResumeData); // written by `put`
  }

  async listUnended(savedBeforeMs: number, limit: number): Promise<string[]> {
    return this.#read(() => this.#base.listUnended(savedBeforeMs, limit));
  }

  get waiting(): number {
    return this.#queue.size;
  }

  async check(): Promise<void> {
    if (this.#fault !== undefined) throw this.#fault;
    await waitAtMost(this.#base.check(), READ_MS);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const untilMs = performance.now() + CLOSE_MS;
    while (this.#queue.size > 0 && performance.now() < untilMs) {
      clearTimeout(this.#timer);
      if (this.#writing === undefined) this.#begin();
      else if (this.#tries > 0) await new Promise((resolve) => setTimeout(resolve, FIRST_RETRY_MS));
      const leftMs = Math.max(1, untilMs - performance.now());
      await waitAtMost(this.#writing ?? Promise.resolve(), leftMs).catch(() => undefined);
    }
    clearTimeout(this.#timer);
    const left = this.#queue.size;
    for (let one = 0; one < left; one += 1) this.#listener.onLost();
    if (left > 0)
      this.#listener.onFault(new CodedError('store_write_failed', `${left} records are lost`));
    await waitAtMost(this.#base.close(), CLOSE_MS).catch(() => undefined);
  }

  async #read<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#fault !== undefined) throw this.#fault;
    try {
      return await waitAtMost(ask(), READ_MS);
    } catch (error) {
      throw this.#noteFault('store_unavailable', error);
    }
  }

  #schedule(afterMs: number): void {
    if (this.#writing !== undefined || this.#isClosed) return;
    if (this.#timer !== undefined) {
      if (afterMs > 0 || this.#fault !== undefined) return;
      clearTimeout(this.#timer);
    }
    this.#timer = setTimeout(() => this.#begin(), afterMs);
    this.#timer.unref();
  }

  #begin(): void {
    this.#timer = undefined;
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined;
      for (const tell of [...this.#settled]) tell();
      this.#settled.clear();
      if (this.#fault !== undefined)
        this.#schedule(backOffMs(this.#tries, FIRST_RETRY_MS, MOST_RETRY_MS));
      else if (this.#queue.size > 0) this.#schedule(0);
    });
  }

  /** Writes a batch; with nothing to write it only looks whether the base is well. */
  async #write(): Promise<void> {
    const batch = this.#queue.take(BATCH);
    const slow = setTimeout(
      () => this.#noteFault('store_unavailable', new Error(`a write takes over ${WRITE_MS} ms`)),
      WRITE_MS,
    );
    try {
      if (batch.length === 0) await this.#base.check();
      else await this.#base.write(batch.map(describeEntry));
      this.#queue.settle();
      this.#noteWell();
      if (batch.some(({ isDue }) => isDue === true)) this.#listener.onDue();
    } catch (error) {
      this.#queue.giveBack();
      this.#tries += 1;
      this.#noteFault('store_write_failed', error);
    } finally {
      clearTimeout(slow);
    }
  }

  #noteFault(code: 'store_unavailable' | 'store_write_failed', error: unknown): CodedError {
    if (this.#fault !== undefined) return this.#fault;
    const why = error instanceof Error ? error.message : String(error);
    const fault = new CodedError(code, why, { cause: error });
    this.#fault = fault;
    this.#listener.onFault(fault);
    this.#schedule(FIRST_RETRY_MS);
    for (const tell of [...this.#settled]) tell();
    return fault;
  }

  #noteWell(): void {
    this.#tries = 0;
    if (this.#fault === undefined && !this.#isFull) return;
    this.#fault = undefined;
    if (this.#queue.size >= this.#limits.maxWaiting) return;
    this.#isFull = false;
    this.#listener.onWell(this.#lost);
    this.#lost = 0;
  }
}

/** Only `put` writes records, so what is read has the shape that it wrote. */
function readRecord(text: string): CallRecord {
  return JSON.parse(text) as CallRecord;
}
