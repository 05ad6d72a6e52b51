import type { Faults } from './faults';
import type { ModelEventKind } from './model-event';

/** What the parts of a session may do to the outside. */
export interface Wire {
  readonly sessionId: string;
  /** The faults of now. */
  readonly faults: Faults;
  /** Sends a server event; its `event_id` is made here. Does nothing once the session has ended. */
  send(type: string, fields?: Readonly<Record<string, unknown>>): void;
  /** Runs `then` later, unless the session ends first; gives a way to call it off. */
  after(delayMs: number, then: () => void): () => void;
  /** Tells the listeners. */
  note(kind: ModelEventKind, sentence: string): void;
}
