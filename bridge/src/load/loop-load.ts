import { LoopPace } from './loop-pace';
import { WorkShare } from './work-share';

/** The numbers that a loop keeps. */
export interface LoopLimits {
  /** Once there are so many calls, the loop is paced. */
  readonly paceFromCalls: number;
  /** The time from one turn of the loop to the next while it is paced and not busy; 0 for never. */
  readonly paceMs: number;
  /** A loop that is later than this for much of a second has no room for one more call. */
  readonly maxLagMs: number;
  /** Nor has one that works for more of a second than this, 0 to 1, with more than a few calls. */
  readonly maxBusyShare: number;
}

const SAMPLE_MS = 20;
const WINDOW_MS = 1_000;
/** One long pause, as of the garbage collector, is no overload. */
const MOST_EXCESS_MS = 250;
/** With fewer a second of work says nothing: opening a call is work too, and soon over. */
const A_FEW_CALLS = 20;
/** Shorter sleeps cost more than they save. */
const SHORTEST_SLEEP_MS = 0.2;
/** The pace is looked at so often. */
const PACE_WINDOW_MS = 200;

/**
 * How busy the event loop is. It also paces it: with many calls some frame comes nearly at any moment,
 * and a loop that wakes up for each spends its time on waking up. Sleeping a little between two turns
 * has each turn find several frames, for a few milliseconds more of delay.
 */
export class LoopLoad {
  readonly #limits: LoopLimits;
  readonly #readCalls: () => number;
  readonly #onLag: (lagMs: number) => void;
  readonly #beforeSleep: () => void;
  readonly #cell = new Int32Array(new SharedArrayBuffer(4));
  #timer: NodeJS.Timeout | undefined;
  #dueAtMs = 0;
  #worstLagMs = 0;
  /** By how much the loop was too late in this second, all in all, and in the last. */
  #excessMs = 0;
  #lastExcessMs = 0;
  #work = new WorkShare(0);
  /** Since the pace was looked at. */
  #workOfPace = new WorkShare(0);
  readonly #pace: LoopPace;
  #turnAtMs = 0;
  #isPaced = false;
  #lagMs = 0;
  #busyShare = 0;
  readonly #onTurn = () => this.#turn();

  /**
   * @param readCalls how many calls there are.
   * @param onLag told how late the loop is, many times a second.
   * @param beforeSleep told before a turn sleeps: what is to leave leaves first.
   */
  constructor(
    limits: LoopLimits,
    readCalls: () => number,
    onLag: (lagMs: number) => void,
    beforeSleep: () => void = () => undefined,
  ) {
    this.#limits = limits;
    this.#pace = new LoopPace(limits.paceMs);
    this.#readCalls = readCalls;
    this.#onLag = onLag;
    this.#beforeSleep = beforeSleep;
  }

  /** Begins to look and to pace. */
  start(): void {
    const nowMs = performance.now();
    this.#dueAtMs = nowMs + SAMPLE_MS;
    this.#work = new WorkShare(nowMs);
    this.#workOfPace = new WorkShare(nowMs);
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#isPaced = false;
  }

  /** The worst lag of the last second. */
  get lagMs(): number {
    return Math.max(this.#lagMs, this.#worstLagMs);
  }

  /** From one turn of the loop to the next, as far as it is paced. */
  get paceMs(): number {
    return this.#isPaced ? this.#pace.ms : 0;
  }

  /** How much of the last second was work, 0 to 1. */
  get busyShare(): number {
    return this.#busyShare;
  }

  /** True where one more call would hurt those in progress. */
  get isOverloaded(): boolean {
    const isLate = Math.max(this.#excessMs, this.#lastExcessMs) > MOST_EXCESS_MS;
    const { maxBusyShare } = this.#limits;
    const isBusy = this.#busyShare > maxBusyShare || (maxBusyShare < 1 && this.#pace.isSlow);
    return isLate || (isBusy && this.#readCalls() >= A_FEW_CALLS);
  }

  #sample(): void {
    const nowMs = performance.now();
    const lagMs = Math.max(0, nowMs - this.#dueAtMs);
    this.#dueAtMs = nowMs + SAMPLE_MS;
    this.#worstLagMs = Math.max(this.#worstLagMs, lagMs);
    this.#excessMs += Math.max(0, lagMs - this.#limits.maxLagMs);
    this.#onLag(lagMs);
    if (this.#work.countedMs(nowMs) >= WINDOW_MS) this.#closeWindow(nowMs);
    if (this.#workOfPace.countedMs(nowMs) >= PACE_WINDOW_MS)
      this.#closePaceWindow(this.#workOfPace.take(nowMs));
    const { paceFromCalls, paceMs } = this.#limits;
    const wasPaced = this.#isPaced;
    this.#isPaced = paceMs > 0 && this.#readCalls() >= paceFromCalls;
    if (this.#isPaced && !wasPaced) {
      this.#turnAtMs = nowMs;
      setImmediate(this.#onTurn);
    }
  }

  #closePaceWindow(busyShare: number): void {
    if (this.#isPaced) this.#pace.adapt(busyShare);
    else this.#pace.reset();
  }

  #closeWindow(nowMs: number): void {
    this.#busyShare = this.#work.take(nowMs);
    this.#lagMs = this.#worstLagMs;
    this.#worstLagMs = 0;
    this.#lastExcessMs = this.#excessMs;
    this.#excessMs = 0;
  }

  /** One turn: what has come was worked off, so there is time until the next is due. */
  #turn(): void {
    if (!this.#isPaced) return;
    this.#beforeSleep();
    const nowMs = performance.now();
    const sleepMs = this.#pace.ms - (nowMs - this.#turnAtMs);
    if (sleepMs > SHORTEST_SLEEP_MS) {
      sleepBetweenTurns(this.#cell, sleepMs);
      this.#turnAtMs = performance.now();
      this.#work.noteSleep(this.#turnAtMs - nowMs);
      this.#workOfPace.noteSleep(this.#turnAtMs - nowMs);
    } else this.#turnAtMs = nowMs;
    setImmediate(this.#onTurn);
  }
}

/** Lets no event in. It has a name of its own so that a profile tells it from work. */
function sleepBetweenTurns(cell: Int32Array, ms: number): void {
  Atomics.wait(cell, 0, 0, ms); // nobody wakes it
}
