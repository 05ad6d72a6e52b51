import { FrameWriter } from './frame-writer';
import { ParcelStock } from './parcel';
import { TlsSessions } from './tls-sessions';

/** A socket that has gathered frames. */
export interface Sender {
  /** Writes what it has gathered, at this moment; where that is nothing, it does nothing. */
  flush(nowMs: number): void;
}

/** As much as one read of a socket may give. */
const READ_BYTES = 65_536;
/** So many sockets are written to at once; who is first in a long turn does not wait for its end. */
const BATCH = 32;

/**
 * What is to leave for the models, and what their sockets share. A write costs more than everything
 * else that is done to a frame, so what one turn of the event loop has for one socket leaves in one
 * write.
 */
export class Outbox {
  /** Writes the frames of all sockets: they share its random keys. */
  readonly writer = new FrameWriter();
  /** What they are written into. */
  readonly parcels = new ParcelStock();
  /**
   * What comes over any of the sockets is read into this one, and worked off before the next: memory of
   * its own for each piece would be the most of what reading costs.
   */
  readonly readBuffer = Buffer.allocUnsafeSlow(READ_BYTES);
  readonly tls = new TlsSessions();
  /** Told with each write how long its oldest audio has waited here. */
  readonly noteHeld: (heldMs: number) => void;
  /** The memory of two turns serves them all. */
  #senders: (Sender | undefined)[] = Array.from({ length: BATCH });
  #others: (Sender | undefined)[] = Array.from({ length: BATCH });
  #count = 0;
  #isExpected = false;
  readonly #onTurn = () => {
    this.#isExpected = false;
    this.flush();
  };

  constructor(noteHeld: (heldMs: number) => void) {
    this.noteHeld = noteHeld;
  }

  /** Has a socket write soon: at the end of this turn, or when many others wait as well. */
  add(sender: Sender): void {
    // The frames of one socket that are read in one turn are read one after the other.
    if (this.#count > 0 && this.#senders[this.#count - 1] === sender) return;
    if (this.#count === BATCH) this.flush();
    this.#senders[this.#count] = sender;
    this.#count += 1;
    if (this.#isExpected) return;
    this.#isExpected = true;
    setImmediate(this.#onTurn);
  }

  /** Writes what was gathered, now. */
  flush(): void {
    if (this.#count === 0) return;
    const nowMs = performance.now();
    const senders = this.#senders;
    const count = this.#count;
    this.#senders = this.#others;
    this.#others = senders;
    this.#count = 0;
    for (let at = 0; at < count; at += 1) {
      senders[at]?.flush(nowMs);
      senders[at] = undefined;
    }
  }
}
