import { MULAW_BYTES_PER_MS } from '@realtime-phone/protocol/mulaw';

/** Where an assistant item is to be cut, for `conversation.item.truncate`. */
export interface Cut {
  readonly itemId: string;
  readonly contentIndex: number;
  /** What of the item was heard: a whole number, never beyond the item's length. */
  readonly audioEndMs: number;
}

interface SentItem {
  readonly itemId: string;
  readonly contentIndex: number;
  /** Where the item begins in the queue, in bytes. */
  readonly fromByte: number;
  bytes: number;
}

/**
 * What the caller has heard of what the agent said. Twilio plays what it is sent in order, at
 * 8 bytes a millisecond, and returns a mark when everything before it has been played; between two
 * marks the position is reckoned by the clock. The model produces audio faster than real time, so
 * what was sent says little about what was heard.
 * Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages#send-a-mark-message
 */
export class Heard {
  #items: SentItem[] = [];
  #queuedBytes = 0;
  /** A position that is known, and when it was reached. */
  #knownBytes = 0;
  #knownAtMs = 0;
  #heardBefore = 0;
  /** Counts the clears: Twilio returns the pending marks on a clear, and they prove nothing. */
  #generation = 0;

  /**
   * Notes that audio of an item was sent.
   * @param nowMs a monotonic clock.
   * @returns the name of the mark to send behind it.
   */
  send(itemId: string, contentIndex: number, bytes: number, nowMs: number): string {
    if (this.#positionAt(nowMs) >= this.#queuedBytes) {
      // Nothing was playing, so this plays from now on.
      this.#knownBytes = this.#queuedBytes;
      this.#knownAtMs = nowMs;
    }
    const last = this.#items.at(-1);
    if (last?.itemId === itemId && last.contentIndex === contentIndex) last.bytes += bytes;
    else this.#items.push({ itemId, contentIndex, fromByte: this.#queuedBytes, bytes });
    this.#queuedBytes += bytes;
    return `${this.#generation}:${this.#queuedBytes}`;
  }

  /** Takes a mark that came back. One from before a clear, or not ours, is passed over. */
  returnMark(name: string, nowMs: number): void {
    const [generation, bytes] = name.split(':').map(Number);
    if (generation !== this.#generation || bytes === undefined || !(bytes >= this.#knownBytes))
      return;
    this.#knownBytes = Math.min(bytes, this.#queuedBytes);
    this.#knownAtMs = nowMs;
    this.#items = this.#items.filter((item) => item.fromByte + item.bytes > this.#knownBytes);
  }

  /** Bytes that were sent and not heard yet. */
  unheardBytes(nowMs: number): number {
    return this.#queuedBytes - this.#positionAt(nowMs);
  }

  /** All that was heard since the stream began. */
  heardMs(nowMs: number): number {
    return Math.floor((this.#heardBefore + this.#positionAt(nowMs)) / MULAW_BYTES_PER_MS);
  }

  /**
   * Notes that the queue is being cleared, and says where each unfinished item is to be cut: 0 for
   * one that was queued and unheard, none for one that was fully heard.
   */
  interrupt(nowMs: number): Cut[] {
    const position = this.#positionAt(nowMs);
    const cuts = this.#items
      .filter((item) => item.fromByte + item.bytes > position)
      .map(({ itemId, contentIndex, fromByte }) => ({
        itemId,
        contentIndex,
        audioEndMs: Math.max(0, Math.floor((position - fromByte) / MULAW_BYTES_PER_MS)),
      }));
    this.#items = [];
    this.#heardBefore += position;
    this.#queuedBytes = 0;
    this.#knownBytes = 0;
    this.#knownAtMs = nowMs;
    this.#generation += 1;
    return cuts;
  }

  #positionAt(nowMs: number): number {
    const reckoned = this.#knownBytes + Math.max(0, nowMs - this.#knownAtMs) * MULAW_BYTES_PER_MS;
    return Math.min(this.#queuedBytes, Math.floor(reckoned));
  }
}
