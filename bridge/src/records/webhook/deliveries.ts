import { CodedError } from '@realtime-phone/protocol/errors';
import { backOffMs } from '../../limits/patience';
import type { Due, RecordBase } from '../record-base';
import { deliver, DELIVERY_MS, type Receiver } from './delivery';

/** What deliveries tell of themselves. */
export interface DeliveryListener {
  /** A record was given up. */
  onLost(): void;
  /** Told once, when something goes wrong that did not before. */
  onFault(fault: CodedError): void;
  /** A record was delivered after that. */
  onWell(): void;
}

/** The numbers that deliveries keep. */
export interface DeliveryLimits {
  readonly maxWaiting: number;
  /** So long after the end of its call a record goes, so that Twilio's last status is in it. */
  readonly graceMs: number;
  readonly firstRetryMs: number;
}

const AT_ONCE = 4;
const LOOK_EVERY_MS = 30_000;
const MOST_RETRY_MS = 10 * 60_000;
const GIVE_UP_MS = 24 * 60 * 60_000;

/**
 * Takes the records of calls that ended to a webhook. What is due stands in the base, so nothing is
 * lost with the process; a receiver that is slow or down is tried again, ever more rarely, for a day.
 */
export class Deliveries {
  readonly #base: RecordBase;
  readonly #receiver: Receiver;
  readonly #limits: DeliveryLimits;
  readonly #listener: DeliveryListener;
  /** By CallSid, of those that failed: how often, and when it is their turn, on the monotonic clock. */
  readonly #failed = new Map<string, { readonly tries: number; readonly atMs: number }>();
  readonly #running = new Set<Promise<void>>();
  readonly #atWork = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #lookAtMs = Infinity;
  #looking = false;
  #isFailing = false;
  #isStopped = false;

  constructor(
    base: RecordBase,
    receiver: Receiver,
    limits: DeliveryLimits,
    listener: DeliveryListener,
  ) {
    this.#base = base;
    this.#receiver = receiver;
    this.#limits = limits;
    this.#listener = listener;
    this.look(0);
  }

  /** Looks for what is due, after so long at the latest. */
  look(afterMs = this.#limits.graceMs): void {
    const atMs = performance.now() + afterMs;
    // An earlier look serves as well; calls that end all the time must not put it off.
    if (this.#isStopped || atMs >= this.#lookAtMs) return;
    this.#lookAtMs = atMs;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#work(), afterMs);
    this.#timer.unref();
  }

  /** Begins no more; resolves when those at work are done. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await Promise.all(this.#running);
  }

  async #work(): Promise<void> {
    this.#lookAtMs = Infinity;
    if (this.#looking || this.#isStopped) return;
    this.#looking = true;
    let nextMs = LOOK_EVERY_MS;
    try {
      const due = await this.#dropSurplus(
        await this.#base.listDue(this.#limits.maxWaiting + AT_ONCE),
      );
      for (const one of due) {
        const waitMs = this.#waitOf(one);
        if (waitMs > 0) nextMs = Math.min(nextMs, waitMs);
        else if (this.#atWork.size < AT_ONCE && !this.#atWork.has(one.callSid)) this.#begin(one);
      }
    } catch {
      // The store tells by itself that it is down.
    } finally {
      this.#looking = false;
      this.look(nextMs);
    }
  }

  async #dropSurplus(due: readonly Due[]): Promise<readonly Due[]> {
    const surplus = due.slice(0, Math.max(0, due.length - this.#limits.maxWaiting));
    for (const { callSid } of surplus) await this.#giveUp(callSid, 'too many wait');
    return due.slice(surplus.length);
  }

  /** The clock of the day is only asked for the age of what another process may have left. */
  #waitOf({ callSid, sinceMs }: Due): number {
    const failed = this.#failed.get(callSid);
    if (failed !== undefined) return failed.atMs - performance.now();
    return Math.min(sinceMs + this.#limits.graceMs - Date.now(), this.#limits.graceMs);
  }

  #begin(due: Due): void {
    this.#atWork.add(due.callSid);
    const run = this.#deliver(due)
      .catch(() => undefined) // the base is down; what is due stays due
      .finally(() => {
        this.#running.delete(run);
        this.#atWork.delete(due.callSid);
        this.look(0);
      });
    this.#running.add(run);
  }

  async #deliver({ callSid, sinceMs }: Due): Promise<void> {
    if (!(await this.#base.claimDue(callSid, 2 * DELIVERY_MS))) {
      this.#postpone(callSid);
      return;
    }
    const record = await this.#base.read(callSid);
    if (record === undefined) return this.#base.removeDue(callSid);
    try {
      await deliver(this.#receiver, callSid, record);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (Date.now() - sinceMs > GIVE_UP_MS) return this.#giveUp(callSid, why);
      this.#postpone(callSid);
      this.#tell(why);
      return;
    }
    await this.#base.removeDue(callSid);
    this.#failed.delete(callSid);
    if (this.#isFailing) this.#listener.onWell();
    this.#isFailing = false;
  }

  #postpone(callSid: string): void {
    const tries = (this.#failed.get(callSid)?.tries ?? -1) + 1;
    const afterMs = backOffMs(tries, this.#limits.firstRetryMs, MOST_RETRY_MS);
    this.#failed.set(callSid, { tries, atMs: performance.now() + afterMs });
  }

  async #giveUp(callSid: string, why: string): Promise<void> {
    await this.#base.removeDue(callSid);
    this.#failed.delete(callSid);
    this.#listener.onLost();
    this.#tell(why);
  }

  #tell(why: string): void {
    if (!this.#isFailing) this.#listener.onFault(new CodedError('record_not_delivered', why));
    this.#isFailing = true;
  }
}
