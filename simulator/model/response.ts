import type { AudioFormat } from './audio-format';
import type { Content } from './content';
import type { Conversation } from './conversation';
import type { FailureCode } from './faults';
import { failureMessage } from './faults';
import { newId } from './ids';
import { OutputItem } from './output-item';
import { NO_USAGE } from './usage';
import type { Wire } from './wire';

/** Why a response was cancelled. */
export type CancelReason = 'turn_detected' | 'client_cancelled';

/** How a response ended. */
export type ResponseEnd =
  | { readonly status: 'completed' }
  | { readonly status: 'cancelled'; readonly reason: CancelReason }
  | { readonly status: 'failed'; readonly code: FailureCode };

/** All that a response needs to know before it begins. */
export interface ResponsePlan {
  /** One item each; none for a response that says nothing. */
  readonly contents: readonly Content[];
  readonly format: AudioFormat;
  readonly voice: unknown;
  readonly modalities: readonly string[];
  readonly maxOutputTokens: unknown;
  readonly metadata: unknown;
  /** Null for a response outside the conversation. */
  readonly conversation: Conversation | null;
  readonly firstAudioMs: number;
  /** Audio in one delta. */
  readonly deltaMs: number;
  /** How much faster than real time audio is sent. */
  readonly audioRate: number;
  /** The `usage` for what was said so far. */
  usage(audioMs: number, text: string): object;
  onEnd(response: RunningResponse, end: ResponseEnd): void;
}

/** One response: its events in the order of the API, at the pace of the plan. */
export class RunningResponse {
  readonly id = newId('resp');
  readonly #wire: Wire;
  readonly #plan: ResponsePlan;
  readonly #items: readonly OutputItem[];
  #sent = 0;
  #ended = false;
  #stopTimer: () => void = () => undefined;

  constructor(wire: Wire, plan: ResponsePlan) {
    this.#wire = wire;
    this.#plan = plan;
    this.#items = plan.contents.map(
      (content, outputIndex) =>
        new OutputItem(wire, { ...plan, responseId: this.id, outputIndex }, content),
    );
  }

  /** Milliseconds of audio sent. */
  get audioMs(): number {
    return this.#items.reduce((sum, { audioMs }) => sum + audioMs, 0);
  }

  /** Begins: `response.created` at once, the rest in its time, unless a fault holds it back. */
  start(): void {
    this.#wire.send('response.created', { response: this.#json('in_progress', null, null) });
    this.#wire.send('rate_limits.updated', { rate_limits: RATE_LIMITS });
    this.#wire.note('response created', `a response begins`);
    const { failResponse, silent, firstAudioMs = this.#plan.firstAudioMs } = this.#wire.faults;
    if (silent === true) {
      this.#wire.note('fault', `the response stays silent`);
    } else if (failResponse !== undefined) {
      this.#end({ status: 'failed', code: failResponse });
    } else {
      const firstAt = performance.now() + firstAudioMs;
      this.#stopTimer = this.#wire.after(firstAudioMs, () => this.#sendDue(firstAt));
    }
  }

  /** Stops it: what is left is not said, but for `lateDeltas` deltas that were on their way. */
  cancel(reason: CancelReason, lateDeltas = 0): void {
    if (this.#ended) return;
    this.#stopTimer();
    const running = this.#items.find(({ isOpen, isSaid }) => isOpen && !isSaid);
    for (let late = 0; late < lateDeltas; late += 1) running?.sendNext();
    running?.close(false);
    this.#end({ status: 'cancelled', reason });
  }

  /** Stops it without a word: the session has ended. */
  abandon(): void {
    this.#ended = true;
    this.#stopTimer();
  }

  #sendDue(firstAt: number): void {
    const everyMs = this.#plan.deltaMs / this.#plan.audioRate;
    for (const item of this.#items.filter(({ isOpen, isSaid }) => !isOpen || !isSaid)) {
      if (!item.isOpen) item.open();
      while (!this.#ended && !item.isSaid) {
        const waitMs = firstAt + this.#sent * everyMs - performance.now();
        if (waitMs > 0) {
          this.#stopTimer = this.#wire.after(waitMs, () => this.#sendDue(firstAt));
          return;
        }
        this.#sent += 1;
        item.sendNext();
      }
      if (this.#ended) return;
      item.close(true);
    }
    this.#end({ status: 'completed' });
  }

  #end(end: ResponseEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    const said = this.#items.map((item) => item.said).join('');
    const usage = end.status === 'failed' ? NO_USAGE : this.#plan.usage(this.audioMs, said);
    this.#wire.send('response.done', { response: this.#json(end.status, detailsOf(end), usage) });
    this.#wire.note('response done', `the response is over: ${endInWords(end)}`);
    this.#plan.onEnd(this, end);
  }

  #json(status: string, status_details: object | null, usage: object | null): object {
    const { conversation, modalities, format, voice, maxOutputTokens, metadata } = this.#plan;
    return {
      object: 'realtime.response',
      id: this.id,
      status,
      status_details,
      output: this.#items.filter(({ isOpen }) => isOpen).map(({ item }) => item),
      conversation_id: conversation?.id ?? null,
      output_modalities: modalities,
      audio: { output: { format, voice } },
      max_output_tokens: maxOutputTokens,
      metadata: metadata ?? null,
      usage,
    };
  }
}

const RATE_LIMITS = [
  { name: 'requests', limit: 10_000, remaining: 9_999, reset_seconds: 0.006 },
  { name: 'tokens', limit: 1_000_000, remaining: 995_000, reset_seconds: 0.3 },
];

function detailsOf(end: ResponseEnd): object | null {
  if (end.status === 'completed') return null;
  if (end.status === 'cancelled') return { type: 'cancelled', reason: end.reason };
  const type = end.code === 'server_error' ? 'server_error' : 'invalid_request_error';
  const error = { type, code: end.code, message: failureMessage(end.code) };
  return { type: 'failed', error };
}

function endInWords(end: ResponseEnd): string {
  if (end.status === 'completed') return 'completed';
  return end.status === 'cancelled' ? `cancelled, ${end.reason}` : `failed, ${end.code}`;
}
