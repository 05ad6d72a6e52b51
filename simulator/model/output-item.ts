import type { AudioFormat } from './audio-format';
import { bytesPerMs } from './audio-format';
import type { Content, Piece } from './content';
import { closedItem, openItem, piecesOf } from './content';
import type { Conversation, StoredItem } from './conversation';
import type { Item } from './item';
import type { Wire } from './wire';

/** Where an item of a response stands. */
export interface OutputPlace {
  readonly responseId: string;
  readonly outputIndex: number;
  /** Null for a response outside the conversation. */
  readonly conversation: Conversation | null;
  readonly format: AudioFormat;
  /** Audio in one delta. */
  readonly deltaMs: number;
}

/** One item of a response: its events in the order of the API. */
export class OutputItem {
  readonly #wire: Wire;
  readonly #place: OutputPlace;
  readonly #content: Content;
  readonly #pieces: readonly Piece[];
  readonly #stored: StoredItem;
  #isOpen = false;
  #sent = 0;
  #said = '';
  #audioMs = 0;

  constructor(wire: Wire, place: OutputPlace, content: Content) {
    this.#wire = wire;
    this.#place = place;
    this.#content = content;
    this.#pieces = piecesOf(content, place.format, place.deltaMs);
    this.#stored = { item: openItem(content), audioMs: 0 };
  }

  /** True once it was announced to the client. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** True when nothing of it is left to say. */
  get isSaid(): boolean {
    return this.#sent >= this.#pieces.length;
  }

  /** The item as it is now. */
  get item(): Item {
    return this.#stored.item;
  }

  /** Milliseconds of audio sent. */
  get audioMs(): number {
    return this.#audioMs;
  }

  /** The words sent: of a call of a function, its arguments. */
  get said(): string {
    return this.#said;
  }

  /** Announces it. */
  open(): void {
    this.#isOpen = true;
    const { conversation } = this.#place;
    const { item } = this.#stored;
    this.#wire.send('response.output_item.added', { ...this.#outputIds(), item });
    if (conversation) {
      const previous_item_id = conversation.add(this.#stored);
      this.#wire.send('conversation.item.added', { previous_item_id, item });
    }
    if (this.#content.kind === 'tool') return;
    const part =
      this.#content.kind === 'audio'
        ? { type: 'audio', transcript: '' }
        : { type: 'text', text: '' };
    this.#wire.send('response.content_part.added', { ...this.#partIds(), part });
  }

  /** Says the next piece, if one is left. */
  sendNext(): void {
    const piece = this.#pieces[this.#sent];
    if (!piece) return;
    this.#sent += 1;
    this.#said += piece.text;
    if (this.#content.kind === 'tool') {
      const ids = { ...this.#itemIds(), call_id: this.item.call_id };
      this.#wire.send('response.function_call_arguments.delta', { ...ids, delta: piece.text });
    } else if (this.#content.kind === 'text') {
      this.#wire.send('response.output_text.delta', { ...this.#partIds(), delta: piece.text });
    } else this.#sendAudio(piece);
  }

  /** Ends it, with what was said of it. */
  close(completed: boolean): void {
    this.#closeContent();
    const { conversation } = this.#place;
    const stored = this.#stored;
    stored.item = closedItem(stored.item, this.#content, this.#said, completed);
    this.#wire.send('response.output_item.done', { ...this.#outputIds(), item: stored.item });
    if (!conversation) return;
    const at = conversation.items.indexOf(stored);
    const previous_item_id = conversation.items[at - 1]?.item.id ?? null;
    this.#wire.send('conversation.item.done', { previous_item_id, item: stored.item });
  }

  #sendAudio(piece: Piece): void {
    if (piece.text !== '') {
      const delta = { ...this.#partIds(), delta: piece.text };
      this.#wire.send('response.output_audio_transcript.delta', delta);
    }
    if (this.#audioMs === 0) this.#noteFirstAudio();
    this.#audioMs += piece.audio.length / bytesPerMs(this.#place.format);
    this.#stored.audioMs = this.#audioMs;
    const delta = piece.audio.toString('base64');
    this.#wire.send('response.output_audio.delta', { ...this.#partIds(), delta });
  }

  /** From here on the item can be truncated: without audio the API refuses that. */
  #noteFirstAudio(): void {
    const content = [{ type: 'output_audio', transcript: '' }] as const;
    this.#stored.item = { ...this.#stored.item, content };
    this.#wire.note('first audio', `the first audio of the response goes out`);
  }

  #closeContent(): void {
    const said = this.#said;
    if (this.#content.kind === 'audio') {
      this.#wire.send('response.output_audio.done', this.#partIds());
      const transcript = { ...this.#partIds(), transcript: said };
      this.#wire.send('response.output_audio_transcript.done', transcript);
      const part = { type: 'audio', transcript: said };
      this.#wire.send('response.content_part.done', { ...this.#partIds(), part });
    } else if (this.#content.kind === 'text') {
      this.#wire.send('response.output_text.done', { ...this.#partIds(), text: said });
      const part = { type: 'text', text: said };
      this.#wire.send('response.content_part.done', { ...this.#partIds(), part });
    } else {
      const { name, call_id } = this.item;
      const call = { ...this.#itemIds(), call_id, name, arguments: said };
      this.#wire.send('response.function_call_arguments.done', call);
    }
  }

  #outputIds(): Record<string, unknown> {
    return { response_id: this.#place.responseId, output_index: this.#place.outputIndex };
  }

  #itemIds(): Record<string, unknown> {
    return { ...this.#outputIds(), item_id: this.item.id };
  }

  #partIds(): Record<string, unknown> {
    return { ...this.#itemIds(), content_index: 0 };
  }
}
