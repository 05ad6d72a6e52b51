import type { ClientItem } from '@realtime-phone/protocol/realtime/client-events';
import { describeHistory } from './history';
import type { Saying } from './transcript';

/** What a call remembers at most: long enough for an order, far under what a model can read. */
const MAX_ENTRIES = 400;

/** Something that happened, at its place in time. */
export interface Remembered {
  /** On the clock of `performance.now()`. */
  readonly atMs: number;
  readonly item: ClientItem;
  /** The item of the model's that it stands for, while that is still being played. */
  readonly itemId?: string;
}

/**
 * The conversation, as a model session that takes over has to know it: what both said, as far as it
 * was heard, and what tools were asked and gave. Kept beside the record, which has no tools.
 */
export class Memory {
  #entries: Remembered[] = [];

  /** Somebody said something; it is told late, and has its place where it began. */
  say({ who, text, beganAtMs }: Saying): void {
    for (const item of describeHistory([{ who, text }])) this.#add({ atMs: beganAtMs, item });
  }

  /** An item was put into the conversation, or came from the model and is whole. */
  note(item: ClientItem): void {
    this.noteAt(performance.now(), item);
  }

  /** An item that has its place at another moment. */
  noteAt(atMs: number, item: ClientItem): void {
    this.#add({ atMs, item });
  }

  /** All of it in order, together with what is still going on. */
  with(current: readonly Remembered[]): readonly Remembered[] {
    const all = [...this.#entries, ...current].sort((one, other) => one.atMs - other.atMs);
    const known = new Set(describeHistory(all.map(({ item }) => item)));
    return all.filter(({ item }) => known.has(item));
  }

  #add(entry: Remembered): void {
    const at = this.#entries.findLastIndex(({ atMs }) => atMs <= entry.atMs) + 1;
    this.#entries.splice(at, 0, entry);
    if (this.#entries.length > MAX_ENTRIES) this.#entries.shift();
  }
}
