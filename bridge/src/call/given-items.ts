import type { ClientEvent, ClientItem } from '@realtime-phone/protocol/realtime/client-events';
import { describeTurn } from './history';
import type { Remembered } from './memory';

interface GivenItem {
  readonly id: string;
  /** The item before it; `root` where it is the first. */
  previousId: string;
}

/**
 * The items that a session has as text only, since their audio came from another one. Such an item
 * cannot be truncated: it is deleted and made again with the words that were heard.
 * Source: https://platform.openai.com/docs/api-reference/realtime-client-events/conversation/item/create
 */
export class GivenItems {
  #given = new Map<string, GivenItem>();
  #count = 0;

  /** The events that give a new session the conversation. */
  give(history: readonly Remembered[]): ClientEvent[] {
    this.#given = new Map();
    let previousId = 'root';
    return history.map(({ item, itemId }) => {
      const id = this.#newId();
      if (itemId !== undefined) this.#given.set(itemId, { id, previousId });
      previousId = id;
      return create(id, item);
    });
  }

  /** True for an item of an earlier session that this one has as text. */
  has(itemId: string): boolean {
    return this.#given.has(itemId);
  }

  /** The events that leave of an item the words that were heard; none of them, and it is gone. */
  shorten(itemId: string, heard: string): ClientEvent[] {
    const item = this.#given.get(itemId);
    if (item === undefined) return [];
    this.#given.delete(itemId);
    const again = heard === '' ? undefined : this.#newId();
    for (const other of this.#given.values())
      if (other.previousId === item.id) other.previousId = again ?? item.previousId;
    const events: ClientEvent[] = [{ type: 'conversation.item.delete', item_id: item.id }];
    if (again !== undefined)
      events.push({
        ...create(again, describeTurn({ who: 'agent', text: heard })),
        previous_item_id: item.previousId,
      });
    return events;
  }

  #newId(): string {
    this.#count += 1;
    return `given_${this.#count}`;
  }
}

function create(id: string, item: ClientItem) {
  return { type: 'conversation.item.create' as const, item: { id, ...item } };
}
