import type { OpenAIRealtimeWS } from 'openai/realtime/ws';
import type { RealtimeServerEvent } from 'openai/resources/realtime/realtime';
import { clip } from '../../simulator/clips/clips';

type Type = RealtimeServerEvent['type'];
type EventOf<T extends Type> = Extract<RealtimeServerEvent, { type: T }>;

const FRAME_BYTES = 160;
const SILENCE = Buffer.alloc(8_000, 0xff);

/** A conversation through OpenAI's client: everything that came, and waiting for what comes. */
export class RealtimeTalk {
  readonly events: RealtimeServerEvent[] = [];
  readonly errors: unknown[] = [];
  readonly #waiters = new Set<() => void>();
  #read = 0;

  constructor(readonly client: OpenAIRealtimeWS) {
    client.on('event', (event) => {
      this.events.push(event);
      for (const wake of [...this.#waiters]) wake();
    });
    client.on('error', (error) => {
      this.errors.push(error);
      for (const wake of [...this.#waiters]) wake();
    });
  }

  /** The next event of that type after those that were awaited before. */
  async next<T extends Type>(type: T): Promise<EventOf<T>> {
    const found = await this.#when(() => {
      const at = this.events.findIndex((each, index) => index >= this.#read && each.type === type);
      if (at < 0) return undefined;
      this.#read = at + 1;
      return this.events[at];
    });
    return found as EventOf<T>; // it was found by its type
  }

  /** The next thing that the client calls an error. */
  async nextError(): Promise<unknown> {
    const count = this.errors.length;
    return this.#when(() => this.errors[count]);
  }

  /** All events of a type, so far. */
  all<T extends Type>(type: T): EventOf<T>[] {
    return this.events.filter((event): event is EventOf<T> => event.type === type);
  }

  /** What one item said so far, decoded. */
  audioOf(itemId: string): Buffer {
    const deltas = this.all('response.output_audio.delta').filter(
      ({ item_id }) => item_id === itemId,
    );
    return Buffer.concat(deltas.map(({ delta }) => Buffer.from(delta, 'base64')));
  }

  /** Speaks a recorded line as frames of 20 ms, and then a second of silence. */
  speak(name: string): void {
    const audio = Buffer.concat([clip(name).audio, SILENCE]);
    for (let at = 0; at < audio.length; at += FRAME_BYTES) {
      const frame = audio.subarray(at, at + FRAME_BYTES).toString('base64');
      this.client.send({ type: 'input_audio_buffer.append', audio: frame });
    }
  }

  #when<T>(find: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const look = () => {
        const value = find();
        if (value === undefined) return;
        this.#waiters.delete(look);
        resolve(value);
      };
      this.#waiters.add(look);
      look();
    });
  }
}
