import { FrameWriter } from './frame-writer';

/** A socket that has gathered frames. */
export interface Sender {
  /** Writes what it has gathered, at this moment; where that is nothing, it does nothing. */
  flush(nowMs: number): void;
}

/** A held frame waits for the next of its call, which comes 20 ms later; then for a little jitter. */
const HOLD_MS = 24;
const SWEEP_MS = 6;
/** How busy the core must be for audio to wait, and how busy it must stay. */
const HOLD_FROM = 0.8;
const HOLD_DOWN_TO = 0.68;

/**
 * What is to leave for the models. A write costs more than everything else that is done to a frame,
 * so what one turn of the event loop has for one socket leaves in one write, at the end of the turn.
 * On a busy core audio may also wait for the next frame of its call.
 */
export class Outbox {
  /** Writes the frames of all sockets: they share its random keys. */
  readonly writer = new FrameWriter();
  /** Told with each write how long its oldest audio has waited here. */
  readonly noteHeld: (heldMs: number) => void;
  /** Those of this turn; the memory serves every turn. */
  readonly #senders: (Sender | undefined)[] = [];
  #count = 0;
  #held: { readonly sender: Sender; readonly dueAtMs: number }[] = [];
  #isHolding = false;
  readonly #onTurn = () => this.flush();

  constructor(noteHeld: (heldMs: number) => void) {
    this.noteHeld = noteHeld;
  }

  /** True while audio waits for the next frame of its call. */
  get isHolding(): boolean {
    return this.#isHolding;
  }

  /**
   * Decides whether audio waits from now on.
   * @param busyShare how much of the last second the event loop worked, 0 to 1.
   */
  noteBusy(busyShare: number): void {
    this.#isHolding = busyShare > (this.#isHolding ? HOLD_DOWN_TO : HOLD_FROM);
  }

  /** Has a socket write at the end of this turn. */
  add(sender: Sender): void {
    this.#senders[this.#count] = sender;
    this.#count += 1;
    if (this.#count === 1) setImmediate(this.#onTurn);
  }

  /** Has a socket write once the next frame of its call should have come. */
  addHeld(sender: Sender): void {
    const isFirst = this.#held.push({ sender, dueAtMs: performance.now() + HOLD_MS }) === 1;
    if (isFirst) setTimeout(() => this.#flushHeld(), SWEEP_MS);
  }

  /** Writes what this turn has gathered, now. */
  flush(): void {
    if (this.#count === 0) return;
    const nowMs = performance.now();
    for (let at = 0; at < this.#count; at += 1) {
      this.#senders[at]?.flush(nowMs);
      this.#senders[at] = undefined;
    }
    this.#count = 0;
  }

  #flushHeld(): void {
    const nowMs = performance.now();
    const next = this.#held.findIndex(({ dueAtMs }) => dueAtMs > nowMs);
    const due = this.#held.splice(0, next === -1 ? this.#held.length : next);
    for (const { sender } of due) sender.flush(nowMs);
    if (this.#held.length > 0) setTimeout(() => this.#flushHeld(), SWEEP_MS);
  }
}
