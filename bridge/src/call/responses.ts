import { CodedError } from '@realtime-phone/protocol/errors';
import type { ClientEvent, ClientItem } from '@realtime-phone/protocol/realtime/client-events';
import { Deadline } from './deadline';

/** What is asked of the model in a `response.create`. */
export type ResponseRequest = Omit<Extract<ClientEvent, { type: 'response.create' }>, 'type'>;

/** What the model owed when it was lost. */
export interface Owed {
  /** Whether the response had begun. */
  readonly hasBegun: boolean;
  /** What had been asked for; of a turn that the model answers by itself nothing. */
  readonly request: ResponseRequest;
  /** Whether it is an answer that the model gives by itself. */
  readonly isToTurn: boolean;
}

/**
 * The responses of one conversation. The model has one at a time and refuses a second with
 * `conversation_already_has_active_response`, so what is asked for meanwhile waits for its end. A
 * response that the model begins by itself has all that was in the conversation before it, so it
 * answers what waited too; what the conversation did not have by then is asked for afterwards.
 *
 * It also watches: a model that owes a response, or more of one, and says nothing is a fault.
 * Source: https://platform.openai.com/docs/api-reference/realtime-client-events/response/create
 */
export class Responses {
  readonly #tellModel: (event: ClientEvent) => void;
  readonly #silentMs: number;
  #running: string | undefined;
  /** A `response.create` is under way, or the model is about to answer a turn by itself. */
  #expected: 'asked' | 'turn' | undefined;
  #callerSpeaks = false;
  #listens = true;
  /** There is no model: what is asked for waits. */
  #isSuspended = false;
  #request: ResponseRequest = {};
  #wasAsked = false;
  #waiting: ResponseRequest | undefined;
  /** What was asked for last. */
  #asked: ResponseRequest | undefined;
  #cancelled: string | undefined;
  #items = 0;
  /** Items that are on their way: a response that the model begins by itself may not have them. */
  readonly #unseen = new Set<string>();
  readonly #watch: Deadline;

  /** @param silentMs how long the model may owe a response, or more of one. */
  constructor(
    tellModel: (event: ClientEvent) => void,
    silentMs: number,
    onFault: (fault: CodedError) => void,
  ) {
    this.#tellModel = tellModel;
    this.#silentMs = silentMs;
    this.#watch = new Deadline(() => onFault(new CodedError('model_silent')));
  }

  /** The id of the response that runs. */
  get running(): string | undefined {
    return this.#running;
  }

  /** What the response that runs, or ran last, was asked for with. */
  get request(): ResponseRequest {
    return this.#request;
  }

  /**
   * The model is lost: what is asked for waits for the next.
   * @returns what it owed.
   */
  suspend(): Owed | undefined {
    const running = this.#running;
    const expected = this.#expected;
    this.#watch.clear();
    this.#isSuspended = true;
    this.#running = undefined;
    this.#expected = undefined;
    this.#callerSpeaks = false;
    this.#unseen.clear();
    if (running !== undefined && running !== this.#cancelled)
      return { hasBegun: true, request: this.#request, isToTurn: !this.#wasAsked };
    if (expected === undefined) return undefined;
    const isToTurn = expected === 'turn';
    return { hasBegun: false, request: isToTurn ? {} : (this.#asked ?? {}), isToTurn };
  }

  /**
   * There is a model again.
   * @param what is asked for first, or the answer that it gives by itself to what it is about to hear.
   */
  resume(what: ResponseRequest | 'turn' | undefined): void {
    this.#isSuspended = false;
    if (what === 'turn') {
      this.#expected = 'turn';
      this.expectMore();
    } else if (what === undefined) this.#askWaiting();
    else this.#send(what);
  }

  /** True while none runs and none is owed. */
  get isIdle(): boolean {
    if (this.#isSuspended) return false;
    return this.#running === undefined && this.#expected === undefined && !this.#waiting;
  }

  /** True while one runs, or is due from the model. */
  get owes(): boolean {
    return this.#running !== undefined || this.#expected !== undefined;
  }

  /** Asks for a response: now, or once the one that runs has ended and the caller is silent. */
  ask(request: ResponseRequest = {}): void {
    const isFree = this.#running === undefined && this.#expected === undefined;
    if (isFree && !this.#callerSpeaks && !this.#isSuspended) this.#send(request);
    else this.#waiting = request;
  }

  /** Cancels the response that runs; without one nothing is sent, since that would be refused. */
  cancel(): void {
    if (this.#running === undefined || this.#running === this.#cancelled) return;
    this.#cancelled = this.#running;
    this.#tellModel({ type: 'response.cancel', response_id: this.#running });
  }

  /** Puts an item into the conversation, for a response that is asked for next. */
  addItem(item: ClientItem): void {
    if (this.#isSuspended) return; // the next session is given it with all the rest
    this.#items += 1;
    const id = `bridge_${this.#items}`;
    this.#unseen.add(id);
    this.#tellModel({ type: 'conversation.item.create', item: { id, ...item } });
  }

  /** Takes `conversation.item.added`: whatever begins from now on has this item before it. */
  itemAdded(itemId: string): void {
    this.#unseen.delete(itemId);
  }

  /** True while the caller speaks, or something is taken for that. */
  get callerSpeaks(): boolean {
    return this.#callerSpeaks;
  }

  /** Takes the beginning of the caller's speech: what was asked for waits until it has ended. */
  speechStarted(): void {
    this.#callerSpeaks = true;
    if (this.#expected === 'turn') this.#expected = undefined;
    if (this.#running === undefined && this.#expected === undefined) this.#watch.clear();
  }

  /** @param answered whether the model answers this turn by itself. */
  speechStopped(answered: boolean): void {
    this.#callerSpeaks = false;
    if (answered) {
      this.#expected ??= 'turn';
      this.expectMore();
    } else this.#askWaiting();
  }

  /**
   * Takes `response.created`.
   * @returns true where it was asked for.
   */
  created(responseId: string): boolean {
    const wasAsked = this.#expected === 'asked';
    this.#request = wasAsked ? (this.#asked ?? {}) : {};
    this.#wasAsked = wasAsked;
    if (!wasAsked && this.#listens && this.#unseen.size === 0) this.#waiting = undefined;
    this.#expected = undefined;
    this.#running = responseId;
    this.expectMore();
    return wasAsked;
  }

  /** Nobody is listened to any more: what waits is said, whatever the model begins by itself. */
  stopListening(): void {
    this.#listens = false;
    this.#callerSpeaks = false;
  }

  /** Takes `response.done`. */
  done(responseId: string): void {
    if (this.#running !== undefined && this.#running !== responseId) return;
    this.#running = undefined;
    this.#watch.clear();
    if (this.#expected !== undefined) this.expectMore();
    else this.#askWaiting();
  }

  /** Takes the refusal of a `response.create`: one runs that was not known of, so it waits. */
  refused(): void {
    if (this.#expected === 'asked') this.#expected = undefined;
    this.#waiting ??= this.#asked;
  }

  /** What the response that runs was asked for with waits again. */
  askLater(): void {
    this.#waiting ??= this.#request;
  }

  /** Something of the response that runs has come: the watch begins anew. */
  expectMore(): void {
    this.#watch.set(this.#silentMs);
  }

  /** Ends the watch while a response is cut, since nothing more is waited for. */
  stopWatch(): void {
    this.#watch.clear();
  }

  #askWaiting(): void {
    const request = this.#waiting;
    if (request === undefined || this.#callerSpeaks || this.#isSuspended) return;
    this.#waiting = undefined;
    this.#send(request);
  }

  #send(request: ResponseRequest): void {
    this.#expected = 'asked';
    this.#asked = request;
    this.#unseen.clear(); // it is behind them
    this.#tellModel({ type: 'response.create', ...request });
    this.expectMore();
  }
}
