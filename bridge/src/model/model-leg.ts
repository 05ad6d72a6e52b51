import type { Base64Slice } from '@realtime-phone/protocol/base64';
import { CodedError } from '@realtime-phone/protocol/errors';
import type { ClientEvent } from '@realtime-phone/protocol/realtime/client-events';
import type { ServerEvent, SessionState } from '@realtime-phone/protocol/realtime/server-events';
import type { RealtimeSession } from '@realtime-phone/protocol/realtime/session';
import { backOffMs } from '../limits/patience';
import { isFatal, isOfOneCall } from './model-faults';
import { ModelSession } from './model-session';
import type { Endpoint, Provider } from './provider';
import { Renewal } from './renewal';
import type { Outbox } from './socket/outbox';

/** A session that took the place of another one. */
export interface Replacement {
  readonly why: 'lost' | 'expiring';
  /** How long the call was without a model. */
  readonly tookMs: number;
  readonly endpoint: Endpoint['name'];
  readonly sessionId: string | undefined;
}

/** What the model leg tells its call. */
export interface ModelLegListener {
  /** The first session, or the first after the leg was opened again. */
  onCreated(session: SessionState): void;
  onReady(session: SessionState): void;
  /** Every event of the session that is in use. */
  onEvent(event: ServerEvent): void;
  /** A session, or an attempt to get one, has failed; the leg goes on. */
  onLost(fault: CodedError): void;
  /** Another session is in use from now on: it knows nothing of the conversation yet. */
  onReplaced(replacement: Replacement): void;
  /** No session can be had any more. */
  onDown(fault: CodedError): void;
  /** Whether nobody speaks and nothing is owed: a good moment to change the session. */
  isQuiet(): boolean;
}

/** The numbers of a model leg. */
export interface ModelLegLimits {
  readonly reconnectTries: number;
  readonly reconnectMs: number;
  /** How long one attempt may take. */
  readonly readyMs: number;
  readonly renewMs: number;
  readonly maxQueuedBytes: number;
}

/** What a call asks of its model leg. */
export interface ModelLegOptions {
  readonly callSid: string;
  readonly endpoints: readonly Endpoint[];
  /** The model that the agent's file names; it is one of the first endpoint. */
  readonly model: string | undefined;
  /** The session as it is to be now. */
  readonly describe: (provider: Provider) => RealtimeSession;
  readonly limits: ModelLegLimits;
  readonly outbox: Outbox;
}

/** So many sessions of an endpoint in a row may fail the call, though they could be had. */
const MAX_FAILURES = 2;
const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 4_000;

/**
 * The model's side of one call, through all its sessions. A session that is lost is replaced: the
 * first attempt is made at once with the same endpoint, then the endpoints take turns, with growing
 * delays, within limits of number and time. A session that is about to expire is replaced before.
 */
export class ModelLeg {
  readonly #options: ModelLegOptions;
  readonly #listener: ModelLegListener;
  /** Endpoints that would fail again in the same way. */
  readonly #spent = new Set<Endpoint>();
  readonly #renewal: Renewal;
  #state: 'opening' | 'ready' | 'lost' | 'down' | 'closed' = 'opening';
  #endpoint: Endpoint | undefined;
  #session: ModelSession | undefined;
  #fault: CodedError | undefined;
  #failures = 0;
  #tries = 0;
  #lostAtMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ModelLegOptions, listener: ModelLegListener) {
    this.#options = options;
    this.#listener = listener;
    this.#renewal = new Renewal(options.limits.renewMs, {
      open: (events) => this.#connect(this.#endpoint, events),
      isQuiet: () => listener.isQuiet(),
      onTaken: (session) => this.#take(session),
    });
    this.#open(this.#choose());
  }

  /** True while the model can be talked to. */
  get isReady(): boolean {
    return this.#state === 'ready';
  }

  /** Why there is no session, where that is so. */
  get fault(): CodedError | undefined {
    return this.isReady ? undefined : this.#fault;
  }

  /** True where no session can be had. */
  get isDown(): boolean {
    return this.#state === 'down';
  }

  /** Bytes that the model has not taken yet. */
  get queuedBytes(): number {
    return this.#session?.queuedBytes ?? 0;
  }

  /** Sends an event; without a session it goes nowhere. */
  send(event: ClientEvent): void {
    if (this.isReady) this.#session?.send(event);
  }

  /** Sends caller audio; without a session it goes nowhere. */
  appendAudio(audio: Base64Slice): void {
    if (this.isReady) this.#session?.appendAudio(audio);
  }

  /** Begins anew where all had been given up. */
  reopen(): void {
    if (!this.isDown) return;
    this.#state = 'opening';
    this.#spent.clear();
    this.#tries = 0;
    this.#lostAtMs = undefined;
    this.#open(this.#choose());
  }

  /**
   * The first session takes too long: another endpoint is tried, if there is one.
   * @returns false where there is none.
   */
  leaveSlow(fault: CodedError): boolean {
    const hasOther = this.#left.some((endpoint) => endpoint !== this.#endpoint);
    if (this.#state !== 'opening' || this.#endpoint === undefined || !hasOther) return false;
    this.#spent.add(this.#endpoint);
    this.#lose(fault);
    return true;
  }

  /** Gives up the session that is in use, since it fails the call, and gets another one. */
  fail(fault: CodedError): void {
    const endpoint = this.#endpoint;
    if (!this.isReady || endpoint === undefined) return;
    this.#noteFailure(endpoint, fault);
    this.#failures += 1;
    if (this.#failures >= MAX_FAILURES) {
      this.#failures = 0;
      this.#spent.add(endpoint);
    }
    this.#lose(fault);
  }

  /** Nobody speaks now: a session that waits to take over does. */
  noteQuiet(): void {
    this.#renewal.noteQuiet();
  }

  /** Ends the leg. Nothing is reported after that. */
  close(): void {
    this.#state = 'closed';
    clearTimeout(this.#timer);
    this.#renewal.stop();
    this.#session?.close();
  }

  get #left(): Endpoint[] {
    return this.#options.endpoints.filter((endpoint) => !this.#spent.has(endpoint));
  }

  /** The endpoint of the next attempt; one that is known to be down only where there is no other. */
  #choose(): Endpoint | undefined {
    const left = this.#left;
    const up = left.filter(({ breaker }) => !breaker.isOpenFor(this.#options.callSid));
    const from = up.length > 0 ? up : left;
    const at = this.#endpoint === undefined ? -1 : from.indexOf(this.#endpoint);
    // The first attempt goes to the same endpoint: most losses are of the connection.
    return from[this.#tries === 0 ? Math.max(0, at) : (at + 1) % from.length];
  }

  #connect(
    endpoint: Endpoint | undefined,
    events: {
      onCreated?: (session: SessionState) => void;
      onReady: (state: SessionState) => void;
      onFault: (fault: CodedError) => void;
    },
  ): ModelSession | undefined {
    if (endpoint === undefined) return undefined;
    const { model, describe, limits, outbox } = this.#options;
    const { provider } = endpoint;
    const session: ModelSession = new ModelSession(
      {
        url: provider.url(endpoint.name === 'first' ? model : undefined),
        headers: provider.headers(),
      },
      describe(provider),
      {
        onCreated: (state) => events.onCreated?.(state),
        onReady: (state) => events.onReady(state),
        onEvent: (event) => {
          if (this.#session === session && this.isReady) this.#takeEvent(event);
        },
        onFault: (fault) => {
          if (this.#session === session) this.#lose(fault);
          else events.onFault(fault);
        },
      },
      { maxQueuedBytes: limits.maxQueuedBytes },
      outbox,
    );
    return session;
  }

  #open(endpoint: Endpoint | undefined): void {
    const isFirst = this.#state === 'opening' && this.#tries === 0;
    if (endpoint !== this.#endpoint) this.#failures = 0;
    this.#endpoint = endpoint;
    this.#session = this.#connect(endpoint, {
      onCreated: (state) => {
        if (this.#state === 'opening') this.#listener.onCreated(state);
      },
      onReady: (state) => this.#beReady(state),
      onFault: () => undefined,
    });
    if (isFirst) return; // the call watches that one, from its start on
    const { readyMs } = this.#options.limits;
    this.#timer = setTimeout(
      () => this.#lose(new CodedError('model_not_ready', `${readyMs} ms`)),
      readyMs,
    );
  }

  #beReady(state: SessionState): void {
    clearTimeout(this.#timer);
    const wasOpening = this.#state === 'opening';
    const tookMs = Math.round(performance.now() - (this.#lostAtMs ?? performance.now()));
    this.#lostAtMs = undefined;
    this.#state = 'ready';
    this.#renewal.expect(this.#session?.expiresAt);
    if (wasOpening) this.#listener.onReady(state);
    else this.#report('lost', tookMs);
  }

  /** A session that was got ready beside the one in use takes its place. */
  #take(session: ModelSession): void {
    const old = this.#session;
    this.#session = session;
    this.#renewal.expect(session.expiresAt);
    old?.close();
    this.#report('expiring', 0);
  }

  #report(why: Replacement['why'], tookMs: number): void {
    const endpoint = this.#endpoint?.name ?? 'first';
    this.#listener.onReplaced({ why, tookMs, endpoint, sessionId: this.#session?.id });
  }

  #takeEvent(event: ServerEvent): void {
    if (event.type === 'response.done' && event.status === 'completed') {
      this.#tries = 0;
      this.#failures = 0;
      this.#endpoint?.breaker.noteSuccess();
    }
    this.#listener.onEvent(event);
  }

  #noteFailure({ breaker }: Endpoint, fault: CodedError): void {
    if (!isOfOneCall(fault)) breaker.noteFailure(this.#options.callSid);
  }

  #lose(fault: CodedError): void {
    if (this.#state === 'closed' || this.#state === 'down') return;
    clearTimeout(this.#timer);
    this.#session?.close();
    this.#session = undefined;
    this.#fault = fault;
    this.#lostAtMs ??= performance.now();
    const endpoint = this.#endpoint;
    // That a session breaks says little; that none can be had says that the model is down.
    if (!this.isReady && endpoint !== undefined) this.#noteFailure(endpoint, fault);
    if (isFatal(fault) && endpoint !== undefined) this.#spent.add(endpoint);
    const spare = this.isReady ? this.#renewal.takeSpare() : undefined;
    if (this.isReady) this.#state = 'lost';
    this.#listener.onLost(fault);
    if (this.#isClosed) return;
    if (spare === undefined) return this.#tryAgain(fault);
    this.#session = spare.session;
    this.#beReady(spare.state);
  }

  /** The listener may have closed the leg. */
  get #isClosed(): boolean {
    return this.#state === 'closed';
  }

  #tryAgain(fault: CodedError): void {
    const { reconnectTries, reconnectMs } = this.#options.limits;
    const next = this.#choose();
    // Every endpoint has one quick attempt.
    const slowTries = this.#tries - this.#left.length;
    const delayMs = slowTries < 0 ? 0 : backOffMs(slowTries, FIRST_DELAY_MS, MAX_DELAY_MS);
    const passedMs = performance.now() - (this.#lostAtMs ?? performance.now());
    if (next === undefined || this.#tries >= reconnectTries || passedMs + delayMs > reconnectMs) {
      this.#state = 'down';
      return this.#listener.onDown(fault);
    }
    this.#timer = setTimeout(() => {
      this.#tries += 1;
      this.#open(next);
    }, delayMs);
  }
}
