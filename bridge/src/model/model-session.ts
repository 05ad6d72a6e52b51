import type { Base64Slice } from '@realtime-phone/protocol/base64';
import { CodedError } from '@realtime-phone/protocol/errors';
import { readDelta } from '@realtime-phone/protocol/realtime/deltas';
import type { ClientEvent } from '@realtime-phone/protocol/realtime/client-events';
import {
  readServerEvent,
  type ServerEvent,
  type SessionState,
} from '@realtime-phone/protocol/realtime/server-events';
import type { RealtimeSession } from '@realtime-phone/protocol/realtime/session';
import { ClientSocket } from './socket/client-socket';
import type { Outbox } from './socket/outbox';

/** What a model session tells the call that it belongs to. */
export interface ModelListener {
  onCreated(session: SessionState): void;
  /** The session is as the call needs it, confirmed by the model. */
  onReady(session: SessionState): void;
  /** Every event after that. */
  onEvent(event: ServerEvent): void;
  /** The end, once; never after `close()`. */
  onFault(fault: CodedError): void;
}

/** Where and how to open a session. */
export interface ModelAddress {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The numbers that a model session keeps. */
export interface ModelLimits {
  /** Bytes that may wait for a model that does not read. */
  readonly maxQueuedBytes: number;
}

const HANDSHAKE_MS = 10_000;
const PING_MS = 5_000;
const CLOSE_MS = 1_000;
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** Source: https://platform.openai.com/docs/api-reference/realtime-client-events/input_audio_buffer/append */
const APPEND_HEAD = Buffer.from('{"type":"input_audio_buffer.append","audio":"');
const APPEND_TAIL = Buffer.from('"}');
const CODE = /"code"\s*:\s*"(\w{1,64})"/;
const UPDATE_ID = 'session-settings';

/**
 * The model leg: one Realtime session. It opens the socket, sets the session when the model says
 * `session.created`, and is ready only when `session.updated` says that the audio is mu-law both
 * ways: until then nothing goes in and nothing comes out.
 * Source: https://developers.openai.com/api/docs/guides/realtime-websocket
 */
export class ModelSession {
  readonly #socket: ClientSocket;
  readonly #settings: RealtimeSession;
  readonly #listener: ModelListener;
  readonly #limits: ModelLimits;
  readonly #pings: NodeJS.Timeout;
  #state: 'opening' | 'created' | 'ready' | 'ended' = 'opening';
  #id: string | undefined;
  #expiresAt: number | undefined;
  #answered = true;

  constructor(
    address: ModelAddress,
    settings: RealtimeSession,
    listener: ModelListener,
    limits: ModelLimits,
    outbox: Outbox,
  ) {
    this.#settings = settings;
    this.#listener = listener;
    this.#limits = limits;
    this.#socket = new ClientSocket(
      {
        url: address.url,
        headers: address.headers,
        handshakeMs: HANDSHAKE_MS,
        maxMessageBytes: MAX_MESSAGE_BYTES,
        outbox,
      },
      {
        onOpen: () => undefined,
        onText: (message) => this.#take(message),
        onPong: () => (this.#answered = true),
        onRefused: (status, body) => this.#refuse(status, body),
        onError: (error) => this.#fail(new CodedError('model_unreachable', describeError(error))),
        onClose: (code, reason) =>
          this.#fail(
            new CodedError(
              'model_closed',
              `close code ${code}${reason === '' ? '' : `, ${reason}`}`,
            ),
          ),
      },
    );
    this.#pings = setInterval(() => this.#ping(), PING_MS);
  }

  /** True while audio may go in. */
  get isReady(): boolean {
    return this.#state === 'ready';
  }

  /** The model's name for it, once it is there. */
  get id(): string | undefined {
    return this.#id;
  }

  /** When the model ends it, in Unix time, seconds; undefined where it did not say. */
  get expiresAt(): number | undefined {
    return this.#expiresAt;
  }

  /** Sends caller audio as it came. */
  appendAudio(audio: Base64Slice): void {
    if (this.#state !== 'ready') return;
    this.#socket.sendAudio(APPEND_HEAD, audio, APPEND_TAIL);
    if (this.#socket.queuedBytes > this.#limits.maxQueuedBytes) {
      this.#fail(
        new CodedError(
          'caller_audio_overflow',
          `${this.#socket.queuedBytes} bytes wait for the model`,
        ),
      );
    }
  }

  /** Sends an event; after the end it goes nowhere. */
  send(event: ClientEvent): void {
    this.#socket.send(JSON.stringify(event));
  }

  /** Bytes that the model has not taken yet. */
  get queuedBytes(): number {
    return this.#socket.queuedBytes;
  }

  /** Ends the session. No fault is reported after that. */
  close(): void {
    if (this.#state === 'ended') return;
    this.#finish();
    this.#socket.close(1000);
    setTimeout(() => this.#socket.terminate(), CLOSE_MS).unref();
  }

  #take(message: Buffer): void {
    if (this.#state === 'ended') return;
    this.#answered = true;
    try {
      const event = readDelta(message) ?? readServerEvent(message.toString());
      if (event.type === 'session.created') this.#create(event.session);
      else if (event.type === 'session.updated') this.#confirm(event.session, event);
      else if (this.#state === 'ready') this.#listener.onEvent(event);
      else if (event.type === 'error')
        throw new CodedError(
          'model_session_refused',
          `${event.error.code} ${event.error.param ?? ''} ${event.error.message}`,
        );
    } catch (error) {
      this.#fail(
        error instanceof CodedError
          ? error
          : new CodedError('internal_error', undefined, { cause: error }),
      );
    }
  }

  #create(session: SessionState): void {
    if (this.#state !== 'opening') return;
    this.#state = 'created';
    this.#id = session.id;
    this.#expiresAt = session.expiresAt;
    this.#listener.onCreated(session);
    this.send({ type: 'session.update', event_id: UPDATE_ID, session: this.#settings });
  }

  #confirm(session: SessionState, event: ServerEvent): void {
    const { inputFormat, outputFormat } = session;
    if (inputFormat !== 'audio/pcmu' || outputFormat !== 'audio/pcmu') {
      throw new CodedError(
        'model_format_wrong',
        `it says ${inputFormat ?? 'nothing'} in, ${outputFormat ?? 'nothing'} out`,
      );
    }
    if (this.#state === 'ready') return this.#listener.onEvent(event);
    if (this.#state !== 'created') return;
    this.#state = 'ready';
    this.#listener.onReady(session);
  }

  /** The body tells a rate limit, which passes, from a quota that is used up. */
  #refuse(status: number, body: string): void {
    const passing = status === 408 || status === 429 || status >= 500;
    const said = CODE.exec(body)?.[1];
    const detail = `HTTP ${status}${said === undefined ? '' : ` ${said}`}`;
    this.#fail(new CodedError(passing ? 'model_unreachable' : 'model_refused', detail));
  }

  /** A network that is gone says nothing: whoever does not answer a ping by the next one is dead. */
  #ping(): void {
    if (!this.#socket.isOpen) return;
    if (!this.#answered) return this.#fail(new CodedError('model_closed', 'no answer to a ping'));
    this.#answered = false;
    this.#socket.ping();
  }

  #fail(fault: CodedError): void {
    if (this.#state === 'ended') return;
    this.#finish();
    this.#socket.terminate();
    this.#listener.onFault(fault);
  }

  #finish(): void {
    this.#state = 'ended';
    clearInterval(this.#pings);
  }
}

function describeError(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
