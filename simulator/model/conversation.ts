import { newId } from './ids';
import type { ClientItem, Item } from './item';
import { Refusal } from './refusal';

/** An item with what the server keeps beside it. */
export interface StoredItem {
  item: Item;
  /** Audio of the item in milliseconds: what the user said, or what was sent of the answer. */
  audioMs: number;
  /** The user's audio, for `conversation.item.retrieve`. */
  audio?: Buffer;
}

/** The items of one session, in order. */
export class Conversation {
  readonly id = newId('conv');
  readonly #items: StoredItem[] = [];

  /** All items, first to last. */
  get items(): readonly StoredItem[] {
    return this.#items;
  }

  /** Puts an item at the end; gives the id of the one before it. */
  add(stored: StoredItem): string | null {
    const previous = this.#items.at(-1)?.item.id ?? null;
    this.#items.push(stored);
    return previous;
  }

  /**
   * Puts a client's item where it wants it: after `previousItemId`, in front for `root`, at the end
   * for none. Gives the item and the id of the one before it. Throws a Refusal.
   */
  create(wanted: ClientItem, previousItemId?: string | null): [StoredItem, string | null] {
    const id = wanted.id ?? newId('item');
    if (this.find(id)) {
      throw new Refusal('invalid_value', `The item with id '${id}' exists already.`, 'item.id');
    }
    if (wanted.type === 'function_call_output' && !this.#knowsCall(wanted.call_id)) {
      // Assumed: the code. That the call id is checked is documented.
      const message = `Tool call ID '${wanted.call_id}' not found in conversation.`;
      throw new Refusal('invalid_value', message, 'item.call_id');
    }
    const at = this.#placeAfter(previousItemId);
    const stored: StoredItem = { item: itemOf(wanted, id), audioMs: 0 };
    this.#items.splice(at, 0, stored);
    return [stored, this.#items[at - 1]?.item.id ?? null];
  }

  /** The item with that id. */
  find(id: string): StoredItem | undefined {
    return this.#items.find((stored) => stored.item.id === id);
  }

  /** Takes the item with that id out. Throws a Refusal when there is none. */
  delete(id: string): void {
    const at = this.#items.findIndex((stored) => stored.item.id === id);
    if (at < 0) throw missing(id, 'delete', 'deleting');
    this.#items.splice(at, 1);
  }

  /** The item with its audio. Throws a Refusal when there is none. */
  retrieve(id: string): Item {
    const stored = this.find(id);
    if (!stored) throw missing(id, 'retrieve', 'retrieving');
    const { item, audio } = stored;
    if (!audio || !item.content) return item;
    const content = item.content.map((part) =>
      part.type === 'input_audio' ? { ...part, audio: audio.toString('base64') } : part,
    );
    return { ...item, content };
  }

  /**
   * Cuts the assistant's audio to that length and drops its transcript. Throws a Refusal when the
   * item is not the assistant's audio, or is shorter already.
   */
  truncate(id: string, contentIndex: number, audioEndMs: number): void {
    const stored = this.find(id);
    if (!stored) throw missing(id, 'truncate', 'truncating');
    const part = stored.item.content?.[contentIndex];
    if (stored.item.role !== 'assistant' || part?.type !== 'output_audio') {
      const message = 'Only model output audio messages can be truncated';
      throw new Refusal('unsupported_content_type', message);
    }
    const haveMs = Math.floor(stored.audioMs);
    if (audioEndMs > haveMs) {
      // Assumed: the code; only the message is documented.
      const message = `Audio content of ${haveMs}ms is already shorter than ${audioEndMs}ms`;
      throw new Refusal('invalid_value', message);
    }
    stored.audioMs = audioEndMs;
    const content = (stored.item.content ?? []).map((each, at) =>
      at === contentIndex ? { type: each.type } : each,
    );
    stored.item = { ...stored.item, content };
  }

  #knowsCall(callId: string): boolean {
    return this.#items.some(({ item }) => item.type === 'function_call' && item.call_id === callId);
  }

  #placeAfter(previousItemId: string | null | undefined): number {
    if (previousItemId === undefined || previousItemId === null) return this.#items.length;
    if (previousItemId === 'root') return 0;
    const at = this.#items.findIndex(({ item }) => item.id === previousItemId);
    if (at >= 0) return at + 1;
    const message = `The item with id '${previousItemId}' does not exist.`;
    throw new Refusal('invalid_value', message, 'previous_item_id');
  }
}

function itemOf(wanted: ClientItem, id: string): Item {
  const call = wanted.type === 'function_call' ? { call_id: wanted.call_id ?? newId('call') } : {};
  return { ...wanted, ...call, id, object: 'realtime.item', status: wanted.status ?? 'completed' };
}

/** Assumed: the codes for truncate and retrieve; clients report the one for delete. */
function missing(id: string, verb: string, doing: string): Refusal {
  const message = `Error ${doing} item: the item with id '${id}' does not exist.`;
  return new Refusal(`item_${verb}_invalid_item_id`, message);
}
