import type { AudioFormat } from './audio-format';
import { bytesPerMs } from './audio-format';
import type { Content, Piece } from './content';
import { closedItem, openItem, piecesOf } from './content';
import type { Conversation, StoredItem } from './conversation';
import type { FailureCode } from './faults';
import { failureMessage } from './faults';
import { newId } from './ids';
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
  readonly content: Content;
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
  readonly #pieces: readonly Piece[];
  #stored: StoredItem | null = null;
  #sent = 0;
  #said = '';
  #audioMs = 0;
  #ended = false;
  #stopTimer: () => void = () => undefined;

  constructor(wire: Wire, plan: ResponsePlan) {
    this.#wire = wire;
    this.#plan = plan;
    this.#pieces = piecesOf(plan.content, plan.format, plan.deltaMs);
  }

  /** Milliseconds of audio sent. */
  get audioMs(): number {
    return this.#audioMs;
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
      this.#stopTimer = this.#wire.after(firstAudioMs, () => {
        this.#open();
        this.#sendDue(firstAt);
      });
    }
  }

  /** Stops it: what is left is not said, but for `lateDeltas` deltas that were on their way. */
  cancel(reason: CancelReason, lateDeltas = 0): void {
    if (this.#ended) return;
    this.#stopTimer();
    if (this.#stored) for (let late = 0; late < lateDeltas; late += 1) this.#sendNext();
    this.#end({ status: 'cancelled', reason });
  }

  /** Stops it without a word: the session has ended. */
  abandon(): void {
    this.#ended = true;
    this.#stopTimer();
  }

  #sendDue(firstAt: number): void {
    const everyMs = this.#plan.deltaMs / this.#plan.audioRate;
    while (!this.#ended && this.#sent < this.#pieces.length) {
      const waitMs = firstAt + this.#sent * everyMs - performance.now();
      if (waitMs > 0) {
        this.#stopTimer = this.#wire.after(waitMs, () => this.#sendDue(firstAt));
        return;
      }
      this.#sendNext();
    }
    if (!this.#ended) this.#end({ status: 'completed' });
  }

  #open(): void {
    const { content, conversation } = this.#plan;
    if (content.kind === 'nothing') return;
    const stored: StoredItem = { item: openItem(content), audioMs: 0 };
    this.#stored = stored;
    const { item } = stored;
    this.#wire.send('response.output_item.added', { ...this.#outputIds(), item });
    if (conversation) {
      const previous_item_id = conversation.add(stored);
      this.#wire.send('conversation.item.added', { previous_item_id, item });
    }
    if (content.kind === 'tool') return;
    const part =
      content.kind === 'audio' ? { type: 'audio', transcript: '' } : { type: 'text', text: '' };
    this.#wire.send('response.content_part.added', { ...this.#partIds(), part });
  }

  #sendNext(): void {
    const piece = this.#pieces[this.#sent];
    const { content, format } = this.#plan;
    if (!piece || !this.#stored) return;
    this.#sent += 1;
    this.#said += piece.text;
    if (content.kind === 'tool') {
      const ids = { ...this.#itemIds(), call_id: this.#stored.item.call_id };
      this.#wire.send('response.function_call_arguments.delta', { ...ids, delta: piece.text });
    } else if (content.kind === 'text') {
      this.#wire.send('response.output_text.delta', { ...this.#partIds(), delta: piece.text });
    } else {
      if (piece.text !== '') {
        const delta = { ...this.#partIds(), delta: piece.text };
        this.#wire.send('response.output_audio_transcript.delta', delta);
      }
      if (this.#audioMs === 0) this.#noteFirstAudio(this.#stored);
      this.#audioMs += piece.audio.length / bytesPerMs(format);
      this.#stored.audioMs = this.#audioMs;
      const delta = piece.audio.toString('base64');
      this.#wire.send('response.output_audio.delta', { ...this.#partIds(), delta });
    }
  }

  /** From here on the item can be truncated: without audio the API refuses that. */
  #noteFirstAudio(stored: StoredItem): void {
    stored.item = { ...stored.item, content: [{ type: 'output_audio', transcript: '' }] };
    this.#wire.note('first audio', `the first audio of the response goes out`);
  }

  #end(end: ResponseEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#stored) this.#closeItem(this.#stored, end);
    const usage = end.status === 'failed' ? NO_USAGE : this.#plan.usage(this.#audioMs, this.#said);
    this.#wire.send('response.done', { response: this.#json(end.status, detailsOf(end), usage) });
    this.#wire.note('response done', `the response is over: ${endInWords(end)}`);
    this.#plan.onEnd(this, end);
  }

  #closeItem(stored: StoredItem, end: ResponseEnd): void {
    const { content, conversation } = this.#plan;
    const said = this.#said;
    if (content.kind === 'audio') {
      this.#wire.send('response.output_audio.done', this.#partIds());
      const transcript = { ...this.#partIds(), transcript: said };
      this.#wire.send('response.output_audio_transcript.done', transcript);
      const part = { type: 'audio', transcript: said };
      this.#wire.send('response.content_part.done', { ...this.#partIds(), part });
    } else if (content.kind === 'text') {
      this.#wire.send('response.output_text.done', { ...this.#partIds(), text: said });
      const part = { type: 'text', text: said };
      this.#wire.send('response.content_part.done', { ...this.#partIds(), part });
    } else if (content.kind === 'tool') {
      const { name, call_id } = stored.item;
      const call = { ...this.#itemIds(), call_id, name, arguments: said };
      this.#wire.send('response.function_call_arguments.done', call);
    }
    stored.item = closedItem(stored.item, content, said, end.status === 'completed');
    this.#wire.send('response.output_item.done', { ...this.#outputIds(), item: stored.item });
    if (!conversation) return;
    const at = conversation.items.indexOf(stored);
    const previous_item_id = conversation.items[at - 1]?.item.id ?? null;
    this.#wire.send('conversation.item.done', { previous_item_id, item: stored.item });
  }

  #json(status: string, status_details: object | null, usage: object | null): object {
    const { conversation, modalities, format, voice, maxOutputTokens, metadata } = this.#plan;
    return {
      object: 'realtime.response',
      id: this.id,
      status,
      status_details,
      output: this.#stored ? [this.#stored.item] : [],
      conversation_id: conversation?.id ?? null,
      output_modalities: modalities,
      audio: { output: { format, voice } },
      max_output_tokens: maxOutputTokens,
      metadata: metadata ?? null,
      usage,
    };
  }

  #outputIds(): object {
    return { response_id: this.id, output_index: 0 };
  }

  #itemIds(): object {
    return { response_id: this.id, item_id: this.#stored?.item.id, output_index: 0 };
  }

  #partIds(): Record<string, unknown> {
    return { ...this.#itemIds(), content_index: 0 };
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
