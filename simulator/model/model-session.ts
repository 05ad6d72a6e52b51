import type { IncomingHttpHeaders } from 'node:http';
import type { WebSocket } from 'ws';
import { eventIdOf, readClientEvent, readJson } from './client-event';
import { Dialogue } from './dialogue';
import type { Faults } from './faults';
import { isTriggered, SESSION_MAX_MS, triggerDelayMs } from './faults';
import { newId } from './ids';
import type { ModelEventKind } from './model-event';
import type { ResolvedOptions } from './options';
import { Refusal } from './refusal';
import type { ReceivedEvent } from './session-record';
import { SessionRecord } from './session-record';
import type { SessionSettings } from './session-settings';
import { defaultSettings } from './session-settings';
import { Timers } from './timers';
import type { Wire } from './wire';

/** How a session ended; `by` is who closed first. */
export interface SessionEnd {
  readonly code: number;
  readonly reason: string;
  readonly by: 'model' | 'client';
}

/** What came with the upgrade. */
export interface Opening {
  readonly model: string;
  readonly headers: IncomingHttpHeaders;
}

type Listener = (kind: ModelEventKind, sessionId: string, sentence: string) => void;

const UNSENDABLE_CODES = new Set([1005, 1006, 1015]);

/** One Realtime session: its socket, its record, its faults. */
export class ModelSession implements Wire {
  readonly sessionId = newId('sess');
  readonly model: string;
  readonly headers: IncomingHttpHeaders;
  readonly connectedAtUnixMs = Date.now();
  readonly record: SessionRecord;
  /** Settles when the socket has closed. */
  readonly closed: Promise<SessionEnd>;
  readonly #socket: WebSocket;
  readonly #listener: Listener;
  readonly #timers = new Timers();
  readonly #dialogue: Dialogue;
  readonly #waiting: string[] = [];
  readonly #watchers = new Set<() => void>();
  #faults: Faults;
  #created = false;
  #end: SessionEnd | null = null;
  #closing: SessionEnd | null = null;

  constructor(
    socket: WebSocket,
    opening: Opening,
    options: ResolvedOptions,
    faults: Faults,
    listener: Listener,
  ) {
    this.#socket = socket;
    this.#listener = listener;
    this.#faults = faults;
    this.model = opening.model;
    this.headers = opening.headers;
    this.record = new SessionRecord(options.keepAudio);
    const expiresAtMs = this.connectedAtUnixMs + (faults.sessionMaxMs ?? SESSION_MAX_MS);
    const expiresAtS = Math.floor(expiresAtMs / 1_000);
    this.#dialogue = new Dialogue(
      this,
      options,
      defaultSettings(this.sessionId, this.model, expiresAtS),
    );
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve(this.#onClose(code, reason.toString())));
    });
    socket.on('error', () => socket.terminate());
    socket.on('message', (data: Buffer, isBinary) =>
      this.#receive(isBinary ? '' : data.toString('utf8')),
    );
  }

  /** The effective settings. */
  get settings(): SessionSettings {
    return this.#dialogue.settings;
  }

  /** The faults of now. */
  get faults(): Faults {
    return this.#faults;
  }

  /** Where the session is: its end, or null while it lives. */
  get end(): SessionEnd | null {
    return this.#end;
  }

  /** All caller audio received, in order. */
  get appendedBytes(): Buffer {
    return this.record.appendedBytes;
  }

  /** Begins: `session.created`, after the delay that a fault may set. */
  begin(): void {
    const create = () => {
      this.#created = true;
      this.send('session.created', { session: this.settings });
      this.note('session created', `a session with ${this.model} begins`);
      this.#armFaults();
      for (const text of this.#waiting.splice(0)) this.#take(text);
    };
    const maxMs = this.#faults.sessionMaxMs ?? SESSION_MAX_MS;
    this.#timers.after(maxMs, () => this.expire());
    const { readyMs = 0 } = this.#faults;
    if (readyMs > 0) this.#timers.after(readyMs, create);
    else create();
  }

  /** Lays faults over those that hold; a drop or close with a delay counts from now. */
  setFaults(faults: Faults): void {
    this.#faults = { ...this.#faults, ...faults };
    if (this.#created) this.#armFaults();
  }

  /** Sends a server event; also for tests that want one that the model would not send. */
  send(type: string, fields: Readonly<Record<string, unknown>> = {}): void {
    if (this.#closing || this.#end) return;
    this.record.noteSent(type, fields);
    this.sendRaw(JSON.stringify({ type, event_id: newId('event'), ...fields }));
    if (type === 'response.output_audio.delta') this.#checkTriggers();
    this.#wake();
  }

  /** Sends a text frame as it is. */
  sendRaw(text: string): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(text);
  }

  /** Breaks the connection with no close frame; the client sees 1006. */
  drop(): void {
    if (this.#closing || this.#end) return;
    this.note('fault', 'the model breaks the connection');
    this.shutDown();
  }

  /** Ends at once, as a server that goes away. */
  shutDown(): void {
    if (!this.#closing) this.#stop({ code: 1006, reason: '', by: 'model' });
    this.#socket.terminate();
  }

  /** Closes the socket with a code; one that cannot be sent breaks the connection. */
  close(code: number, reason = ''): void {
    if (UNSENDABLE_CODES.has(code)) return this.drop();
    if (this.#closing || this.#end) return;
    this.#stop({ code, reason, by: 'model' });
    this.#socket.close(code, reason);
  }

  /** Ends the session as one that has reached its longest time: an error, then close 1001. */
  expire(): void {
    const maxMs = this.#faults.sessionMaxMs ?? SESSION_MAX_MS;
    const length = maxMs % 60_000 === 0 ? `${maxMs / 60_000} minutes` : `${maxMs / 1_000} seconds`;
    const message = `Your session hit the maximum duration of ${length}.`;
    this.#sendError(new Refusal('session_expired', message), null);
    this.close(1001, message);
  }

  /** Refuses the beta interface: an error, then close 4000. */
  refuseBeta(): void {
    const message =
      'The Realtime Beta API is no longer supported. Please use /v1/realtime for the GA API.';
    this.#sendError(new Refusal('beta_api_shape_disabled', message), null);
    this.close(4000, 'invalid_request_error.beta_api_shape_disabled');
  }

  /** Settles when the client has sent that many events of a type (the last of them is given). */
  async received(type: string, count = 1): Promise<ReceivedEvent> {
    const found = () => this.record.clientEvents.filter((event) => event.type === type)[count - 1];
    const event = await this.#watch(found);
    if (event) return event;
    throw new Error(`the session ended before ${count} × ${type}`);
  }

  /** Settles when that many server events of a type were sent (not for the deltas of a response). */
  async sent(type: string, count = 1): Promise<void> {
    const found = () => this.record.sentTypes.filter((each) => each === type)[count - 1];
    if ((await this.#watch(found)) === undefined) {
      throw new Error(`the session ended before ${count} × ${type}`);
    }
  }

  after(delayMs: number, then: () => void): () => void {
    return this.#timers.after(delayMs, then);
  }

  note(kind: ModelEventKind, sentence: string): void {
    this.#listener(kind, this.sessionId, sentence);
  }

  #receive(text: string): void {
    if (this.#closing || this.#end) return;
    if (this.#created) this.#take(text);
    else this.#waiting.push(text);
  }

  #take(text: string): void {
    if (this.#closing || this.#end) return;
    let data: unknown = null;
    try {
      data = readJson(text);
      this.record.noteReceived(data);
      const event = readClientEvent(data);
      if (event.type === 'input_audio_buffer.append') this.#noteAppend(event.audio);
      this.#dialogue.handle(event);
      if (event.type === 'input_audio_buffer.append') this.#checkTriggers();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#sendError(error, eventIdOf(data));
    }
    this.#wake();
  }

  #noteAppend(audio: Buffer): void {
    if (this.record.appendedByteCount === 0) this.note('audio arrives', 'caller audio arrives');
    this.record.noteAppend(audio);
  }

  #sendError({ code, message, param }: Refusal, eventId: string | null): void {
    const type = 'invalid_request_error';
    this.send('error', { error: { type, code, message, param, event_id: eventId } });
    this.note('error sent', `${code}: ${message}`);
  }

  #armFaults(): void {
    const { drop, close } = this.#faults;
    const dropMs = drop ? triggerDelayMs(drop) : null;
    if (dropMs !== null) this.#timers.after(dropMs, () => this.drop());
    const closeMs = close ? triggerDelayMs(close) : null;
    if (close && closeMs !== null) {
      this.#timers.after(closeMs, () => this.#closeByFault(close.code, close.reason));
    }
  }

  #checkTriggers(): void {
    const { drop, close } = this.#faults;
    const { deltas, appendedByteCount } = this.record;
    if (drop && isTriggered(drop, deltas, appendedByteCount)) this.drop();
    if (close && isTriggered(close, deltas, appendedByteCount)) {
      this.#closeByFault(close.code, close.reason);
    }
  }

  #closeByFault(code: number, reason?: string): void {
    this.note('fault', `the model closes the session with ${code}`);
    this.close(code, reason);
  }

  #stop(end: SessionEnd): void {
    this.#closing = end;
    this.#timers.stop();
    this.#dialogue.abandon();
  }

  #onClose(code: number, reason: string): SessionEnd {
    const end = this.#closing ?? { code, reason, by: 'client' as const };
    if (!this.#closing) this.#stop(end);
    this.#end = end;
    const because = end.reason === '' ? '' : ` (${end.reason})`;
    this.note('session closed', `closed by the ${end.by} with ${end.code}${because}`);
    this.#wake();
    return end;
  }

  #wake(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  #watch<T>(found: () => T | undefined): Promise<T | undefined> {
    return new Promise((resolve) => {
      const look = () => {
        const value = found();
        if (value === undefined && !this.#end) return;
        this.#watchers.delete(look);
        resolve(value);
      };
      this.#watchers.add(look);
      look();
    });
  }
}
