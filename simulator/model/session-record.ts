/** A client event as it came; of an append only its type is kept here. */
export interface ReceivedEvent {
  readonly atUnixMs: number;
  /** Empty for what had no type. */
  readonly type: string;
  readonly event: unknown;
}

/** An error event that was sent. */
export interface SentError {
  readonly code: string;
  readonly message: string;
  readonly param: string | null;
  readonly event_id: string | null;
}

/** What one item of the model said, as sent. */
export interface SpokenItem {
  readonly itemId: string;
  readonly responseId: string;
  /** All audio deltas, decoded, in the format of the response. Empty when no audio is kept. */
  readonly audio: Buffer;
  readonly transcript: string;
}

/** How a response ended. */
export interface EndedResponse {
  readonly responseId: string;
  readonly status: string;
  readonly reason: string | null;
}

interface OpenItem {
  readonly responseId: string;
  readonly audio: Buffer[];
  transcript: string;
}

/** Everything that one session received and said, for tests. */
export class SessionRecord {
  readonly #keepAudio: boolean;
  readonly #appended: Buffer[] = [];
  readonly #spoken = new Map<string, OpenItem>();
  readonly clientEvents: ReceivedEvent[] = [];
  readonly errors: SentError[] = [];
  readonly responses: EndedResponse[] = [];
  readonly truncations: { readonly itemId: string; readonly audioEndMs: number }[] = [];
  /** Types of all server events but audio and transcript deltas, in order. */
  readonly sentTypes: string[] = [];
  /** Bytes of caller audio received. */
  appendedByteCount = 0;
  /** Audio deltas sent. */
  deltas = 0;
  /** True if caller audio came before a `session.updated` was sent. */
  audioBeforeUpdated = false;
  /** True once a `session.updated` was sent. */
  updated = false;

  constructor(keepAudio: boolean) {
    this.#keepAudio = keepAudio;
  }

  /** All caller audio, in the order it came. Empty when no audio is kept. */
  get appendedBytes(): Buffer {
    return Buffer.concat(this.#appended);
  }

  /** What the model said, item by item. */
  get spoken(): readonly SpokenItem[] {
    return Array.from(this.#spoken, ([itemId, { responseId, audio, transcript }]) => ({
      ...{ itemId, responseId, transcript },
      audio: Buffer.concat(audio),
    }));
  }

  noteAppend(audio: Buffer): void {
    this.appendedByteCount += audio.length;
    if (!this.updated) this.audioBeforeUpdated = true;
    if (this.#keepAudio) this.#appended.push(audio);
  }

  /** Notes what came, also what will be refused. */
  noteReceived(data: unknown): void {
    const type: unknown =
      typeof data === 'object' && data !== null ? Reflect.get(data, 'type') : undefined;
    const isAppend = type === 'input_audio_buffer.append';
    if (isAppend && !this.#keepAudio) return;
    const event = isAppend ? { type } : data;
    const named = typeof type === 'string' ? type : '';
    this.clientEvents.push({ atUnixMs: Date.now(), type: named, event });
  }

  /** Notes a server event on its way out. */
  noteSent(type: string, fields: Readonly<Record<string, unknown>>): void {
    if (type === 'response.output_audio.delta') return this.#noteDelta(fields);
    if (type === 'response.output_audio_transcript.delta') {
      this.#item(fields).transcript += String(fields.delta);
      return;
    }
    this.sentTypes.push(type);
    if (type === 'session.updated') this.updated = true;
    // The fields below were written by this model, in these shapes.
    if (type === 'error') this.errors.push(fields.error as SentError);
    if (type === 'conversation.item.truncated') {
      const itemId = String(fields.item_id);
      this.truncations.push({ itemId, audioEndMs: Number(fields.audio_end_ms) });
    }
    if (type === 'response.done') {
      const { id, status, status_details } = fields.response as {
        id: string;
        status: string;
        status_details: { reason?: string; error?: { code: string } } | null;
      };
      const reason = status_details?.reason ?? status_details?.error?.code ?? null;
      this.responses.push({ responseId: id, status, reason });
    }
  }

  #noteDelta(fields: Readonly<Record<string, unknown>>): void {
    this.deltas += 1;
    const item = this.#item(fields);
    if (this.#keepAudio) item.audio.push(Buffer.from(String(fields.delta), 'base64'));
  }

  #item(fields: Readonly<Record<string, unknown>>): OpenItem {
    const itemId = String(fields.item_id);
    const known = this.#spoken.get(itemId);
    if (known) return known;
    const item = { responseId: String(fields.response_id), audio: [], transcript: '' };
    this.#spoken.set(itemId, item);
    return item;
  }
}
