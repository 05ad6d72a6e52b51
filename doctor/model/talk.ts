import type { IncomingMessage } from 'node:http';
import { CodedError } from '@realtime-phone/protocol/errors';
import {
  readServerEvent,
  type RealtimeError,
  type ServerEvent,
  type SessionState,
} from '@realtime-phone/protocol/realtime/server-events';
import { WebSocket } from 'ws';
import { asUnreachable, type Reach } from '../reach';
import type { ModelTarget } from './target';

/** How far a talk came: each stage has the ones before it behind it. */
export type Stage = 'opening' | 'opened' | 'created' | 'confirmed';

/** What ended a talk. */
export type TalkEnd =
  | { readonly kind: 'heard' }
  | { readonly kind: 'unreachable'; readonly code: string; readonly message: string }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly body: string;
      readonly location: string | undefined;
    }
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string }
  | { readonly kind: 'error'; readonly error: RealtimeError }
  | { readonly kind: 'malformed'; readonly what: string }
  | { readonly kind: 'late'; readonly limitMs: number }
  | { readonly kind: 'response-ended'; readonly status: string; readonly error?: RealtimeError };

/** One short session with the model. */
export interface Talk {
  readonly stage: Stage;
  readonly end: TalkEnd;
  /** As `session.updated` confirmed it. */
  readonly session: SessionState | undefined;
  /** From the beginning to `session.updated`. */
  readonly readyMs: number | undefined;
  /** From `response.create` to the first audio. */
  readonly firstAudioMs: number | undefined;
}

const OPEN_MS = 6_000;
const CREATED_MS = 6_000;
/** The bridge is patient for longer by default; who examines it is not. */
const LONGEST_MS = 10_000;
const CLOSE_MS = 1_000;
const KEPT_BODY_CHARACTERS = 2_000;

/**
 * Opens a session as the bridge does, sets it, asks for a few words, and hangs up at the first
 * audio, so that next to nothing is paid for. Never rejects: how it ended is what there is to know.
 */
export function talkToModel(
  target: ModelTarget,
  reach: Reach,
  interrupted: AbortSignal,
): Promise<Talk> {
  return new Promise((resolve) => new Talking(target, reach, interrupted, resolve).begin());
}

class Talking {
  readonly #target: ModelTarget;
  readonly #reach: Reach;
  readonly #interrupted: AbortSignal;
  readonly #resolve: (talk: Talk) => void;
  readonly #startedMs = performance.now();
  #socket: WebSocket | undefined;
  #stage: Stage = 'opening';
  #limit: NodeJS.Timeout | undefined;
  #session: SessionState | undefined;
  #readyMs: number | undefined;
  #askedMs = 0;
  #isOver = false;

  constructor(
    target: ModelTarget,
    reach: Reach,
    interrupted: AbortSignal,
    resolve: (talk: Talk) => void,
  ) {
    this.#target = target;
    this.#reach = reach;
    this.#interrupted = interrupted;
    this.#resolve = resolve;
  }

  begin(): void {
    try {
      this.#listen(this.#reach.dial(this.#target.url, this.#target.headers));
    } catch (error) {
      const { code, message } = asUnreachable(error);
      this.#finish({ kind: 'unreachable', code, message });
    }
  }

  #listen(socket: WebSocket): void {
    this.#socket = socket;
    this.#wait(OPEN_MS);
    this.#interrupted.addEventListener('abort', this.#stop);
    socket.on('open', () => {
      this.#stage = 'opened';
      this.#wait(CREATED_MS);
    });
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.#finish({ kind: 'malformed', what: 'a binary frame' });
      else this.#take(data.toString());
    });
    socket.on('unexpected-response', (_request, response) => void this.#refused(response));
    socket.on('error', (error) => {
      const { code, message } = asUnreachable(error);
      this.#finish({ kind: 'unreachable', code, message });
    });
    socket.on('close', (code, reason) =>
      this.#finish({ kind: 'closed', code, reason: reason.toString() }),
    );
  }

  readonly #stop = () =>
    this.#finish({ kind: 'unreachable', code: 'ABORTED', message: 'it was interrupted' });

  #take(frame: string): void {
    try {
      this.#obey(readServerEvent(frame));
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      this.#finish({ kind: 'malformed', what: frame.slice(0, 100) });
    }
  }

  #obey(event: ServerEvent): void {
    switch (event.type) {
      case 'session.created':
        if (this.#stage !== 'opened') return;
        this.#stage = 'created';
        this.#wait(Math.min(this.#target.readyLimitMs, LONGEST_MS));
        this.#send({ type: 'session.update', session: this.#target.session });
        return;
      case 'session.updated':
        if (this.#stage === 'created') this.#confirm(event.session);
        return;
      case 'response.output_audio.delta':
        this.#send({ type: 'response.cancel' });
        this.#finish({ kind: 'heard' });
        return;
      case 'response.done':
        this.#finish({
          kind: 'response-ended',
          status: event.status,
          ...(event.error && { error: event.error }),
        });
        return;
      case 'error':
        this.#finish({ kind: 'error', error: event.error });
        return;
      default:
    }
  }

  #confirm(session: SessionState): void {
    this.#stage = 'confirmed';
    this.#session = session;
    this.#readyMs = Math.round(performance.now() - this.#startedMs);
    this.#askedMs = performance.now();
    this.#wait(Math.min(this.#target.audioLimitMs, LONGEST_MS));
    this.#send({
      type: 'response.create',
      response: { instructions: 'Say hello, in two words.', tool_choice: 'none' },
    });
  }

  async #refused(response: IncomingMessage): Promise<void> {
    let body = '';
    try {
      for await (const chunk of response) {
        body += String(chunk);
        if (body.length > KEPT_BODY_CHARACTERS) break;
      }
    } catch {
      // It broke off in the middle: the status says enough.
    }
    const { statusCode: status = 0, headers } = response;
    this.#finish({ kind: 'refused', status, body, location: headers.location });
  }

  #wait(limitMs: number): void {
    clearTimeout(this.#limit);
    this.#limit = setTimeout(() => this.#finish({ kind: 'late', limitMs }), limitMs);
  }

  #send(event: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(event));
  }

  #finish(end: TalkEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#limit);
    this.#interrupted.removeEventListener('abort', this.#stop);
    this.#hangUp();
    const heard = end.kind === 'heard';
    this.#resolve({
      stage: this.#stage,
      end,
      session: this.#session,
      readyMs: this.#readyMs,
      firstAudioMs: heard ? Math.round(performance.now() - this.#askedMs) : undefined,
    });
  }

  #hangUp(): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    if (socket.readyState !== WebSocket.OPEN) return socket.terminate();
    socket.close(1000);
    setTimeout(() => socket.terminate(), CLOSE_MS).unref();
  }
}
