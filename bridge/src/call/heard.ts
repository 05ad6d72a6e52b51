import { MULAW_BYTES_PER_MS } from '@realtime-phone/protocol/mulaw';

/** Where an assistant item is to be cut, for `conversation.item.truncate`. */
export interface Cut {
  readonly itemId: string;
  readonly contentIndex: number;
  /** What of the item was heard: a whole number, never beyond the item's length. */
  readonly audioEndMs: number;
  /** How long the item was, as far as it was sent. */
  readonly sentMs: number;
}

interface SentItem {
  readonly itemId: string;
  readonly contentIndex: number;
  /** Where the item begins in the queue, in bytes. */
  readonly fromByte: number;
  bytes: number;
}

interface PendingMark {
  readonly name: string;
  readonly bytes: number;
  /** When everything before it is played, if all plays as it was sent. */
  readonly dueAtMs: number;
}

/** One late mark is a busy machine; so many in a row are audio that plays late. */
const LAGS_OF_A_STALL = 3;
/** How much later than the others a mark may come before its absence means something. */
const MARK_SLACK_MS = 40;

/**
 * The ledger of what the caller has heard of what the agent said. Twilio plays what it is sent in
 * order, at 8 bytes a millisecond, and returns a mark when everything before it has been played.
 *
 * The position is that at which a `clear` sent now would find the playback. Audio and `clear` take
 * the same way, so for that the time of sending is the right clock, and a mark that comes back says
 * how long the way there and back is: the shortest lag of all. What is longer than that is audio
 * that plays late. A mark that is overdue holds the position back.
 * Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages#send-a-mark-message
 */
export class Heard {
  #items: SentItem[] = [];
  #pending: PendingMark[] = [];
  #queuedBytes = 0;
  /** Up to here there is a mark. */
  #markedBytes = 0;
  /** Since when audio plays without a pause, and at which byte that began. */
  #baseBytes = 0;
  #baseAtMs = 0;
  #provenBytes = 0;
  /** How much later than reckoned the last marks came. */
  readonly #lags: number[] = [];
  #lateMs = 0;
  #roundTripMs: number | undefined;
  #heardBefore = 0;
  /** Counts the clears: Twilio returns the pending marks on a clear, and they prove nothing. */
  #generation = 0;

  /**
   * Notes that audio of an item was sent.
   * @param nowMs a monotonic clock.
   */
  send(itemId: string, contentIndex: number, bytes: number, nowMs: number): void {
    if (this.#positionAt(nowMs) >= this.#queuedBytes) {
      // Nothing was playing, so this plays from now on.
      this.#baseBytes = this.#queuedBytes;
      this.#baseAtMs = nowMs;
      this.#forgetLags();
    }
    const last = this.#items.at(-1);
    if (last?.itemId === itemId && last.contentIndex === contentIndex) last.bytes += bytes;
    else this.#items.push({ itemId, contentIndex, fromByte: this.#queuedBytes, bytes });
    this.#queuedBytes += bytes;
  }

  /** Notes that a mark is sent behind all that was sent. @returns its name. */
  mark(): string {
    const bytes = this.#queuedBytes;
    const name = `${this.#generation}:${bytes}`;
    this.#markedBytes = bytes;
    this.#pending.push({ name, bytes, dueAtMs: this.#dueAtMs(bytes) });
    return name;
  }

  /** Bytes that were sent behind the last mark. */
  get unmarkedBytes(): number {
    return this.#queuedBytes - this.#markedBytes;
  }

  /**
   * Takes a mark that came back.
   * @returns false for one from before a clear, or not ours: it proves nothing.
   */
  returnMark(name: string, nowMs: number): boolean {
    // Marks come back in order, so it is mostly the first.
    const at =
      this.#pending[0]?.name === name ? 0 : this.#pending.findIndex((one) => one.name === name);
    const mark = this.#pending[at];
    if (mark === undefined) return false;
    this.#pending.splice(0, at + 1);
    this.#provenBytes = mark.bytes;
    this.#noteLag(Math.max(0, nowMs - mark.dueAtMs));
    let [first] = this.#items;
    while (first !== undefined && first.fromByte + first.bytes <= mark.bytes) {
      this.#items.shift();
      [first] = this.#items;
    }
    return true;
  }

  /** Bytes that were heard since the stream began. */
  heardBytes(nowMs: number): number {
    return this.#heardBefore + this.#positionAt(nowMs);
  }

  /** The way there and back, as far as it is known. */
  get roundTripMs(): number {
    return this.#roundTripMs ?? 0;
  }

  /** How much later than sent the audio plays. */
  get lateMs(): number {
    return this.#lateMs;
  }

  /** Bytes that were sent and not heard yet. */
  unheardBytes(nowMs: number): number {
    return this.#queuedBytes - this.#positionAt(nowMs);
  }

  /** All that was heard since the stream began. */
  heardMs(nowMs: number): number {
    return Math.floor(this.heardBytes(nowMs) / MULAW_BYTES_PER_MS);
  }

  /** Where each item that is not fully heard would be cut now, in order. */
  cuts(nowMs: number): Cut[] {
    const position = this.#positionAt(nowMs);
    return this.#items
      .filter((item) => item.fromByte + item.bytes > position)
      .map(({ itemId, contentIndex, fromByte, bytes }) => ({
        itemId,
        contentIndex,
        audioEndMs: Math.max(0, Math.floor((position - fromByte) / MULAW_BYTES_PER_MS)),
        sentMs: Math.floor(bytes / MULAW_BYTES_PER_MS),
      }));
  }

  /**
   * Notes that the queue is being cleared, and says where each unfinished item is to be cut: 0 for
   * one that was queued and unheard, none for one that was fully heard.
   */
  interrupt(nowMs: number): Cut[] {
    const cuts = this.cuts(nowMs);
    this.#heardBefore += this.#positionAt(nowMs);
    this.#items = [];
    this.#pending = [];
    this.#queuedBytes = 0;
    this.#markedBytes = 0;
    this.#baseBytes = 0;
    this.#baseAtMs = nowMs;
    this.#provenBytes = 0;
    this.#forgetLags();
    this.#generation += 1;
    return cuts;
  }

  #noteLag(lagMs: number): void {
    this.#roundTripMs = Math.min(this.#roundTripMs ?? lagMs, lagMs);
    this.#lags.push(lagMs);
    if (this.#lags.length > LAGS_OF_A_STALL) this.#lags.shift();
    this.#lateMs =
      this.#lags.length < LAGS_OF_A_STALL ? 0 : Math.min(...this.#lags) - this.#roundTripMs;
  }

  #forgetLags(): void {
    this.#lags.length = 0;
    this.#lateMs = 0;
  }

  #dueAtMs(bytes: number): number {
    return this.#baseAtMs + (bytes - this.#baseBytes) / MULAW_BYTES_PER_MS;
  }

  #positionAt(nowMs: number): number {
    const playedMs = Math.max(0, nowMs - this.#lateMs - this.#baseAtMs);
    const reckoned = Math.floor(this.#baseBytes + playedMs * MULAW_BYTES_PER_MS);
    const reached = Math.min(reckoned, this.#queuedBytes, this.#heldBackAt(nowMs));
    return Math.max(reached, this.#provenBytes);
  }

  /** The first mark that has not come back although it should have: playback is not far past it. */
  #heldBackAt(nowMs: number): number {
    const first = this.#pending[0];
    if (first === undefined || this.#roundTripMs === undefined) return Infinity;
    const waitMs = this.#roundTripMs + MARK_SLACK_MS;
    if (nowMs < first.dueAtMs + waitMs) return Infinity;
    return first.bytes + waitMs * MULAW_BYTES_PER_MS;
  }
}
