import { type Base64Slice, decodeSlice } from '@realtime-phone/protocol/base64';
import type { ClientItem } from '@realtime-phone/protocol/realtime/client-events';
import type { ServerEvent } from '@realtime-phone/protocol/realtime/server-events';
import type { ToolCall } from '../tools/tool-call';
import { askToGoOn } from './continuation';
import { GivenItems } from './given-items';
import type { Cut } from './heard';
import { describeTurn } from './history';
import { Memory, type Remembered } from './memory';
import type { ModelMouth } from './model-mouth';
import type { RecentAudio } from './recent-audio';
import type { ResponseRequest } from './responses';
import type { Saying, Transcript } from './transcript';
import type { OwedNow, TurnTaking } from './turn-taking';

/** What stands for words of the caller that nobody wrote down. */
const UNWRITTEN = '(The caller said something that was not written down.)';

/**
 * Hands a conversation from one model session to the next: what was said as text, as far as it was
 * heard, and the caller's audio that the old one has not answered. What it owed is asked of the new
 * one; where it was cut off in the middle, the new one goes on from there, while what was sent before
 * is still being played.
 */
export class Succession {
  readonly #model: ModelMouth;
  readonly #instructions: string;
  readonly #transcript: Transcript;
  readonly #turns: TurnTaking;
  readonly #recent: RecentAudio;
  readonly #memory = new Memory();
  readonly #given = new GivenItems();
  /** Whether the caller's last turn has an answer. */
  #isAnswered = true;
  #lost: { owed: OwedNow | undefined; said: string } | undefined;

  constructor(
    model: ModelMouth,
    instructions: string,
    transcript: Transcript,
    turns: TurnTaking,
    recent: RecentAudio,
  ) {
    this.#model = model;
    this.#instructions = instructions;
    this.#transcript = transcript;
    this.#turns = turns;
    this.#recent = recent;
  }

  /** True while there is no model. */
  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** True where all that was said is written down, so that it could be handed on. */
  get isWritten(): boolean {
    return this.#transcript.unwritten.length === 0;
  }

  /** Takes an event of the model: the caller's audio is kept until it is answered or written down. */
  takeEvent(event: ServerEvent): void {
    switch (event.type) {
      case 'input_audio_buffer.speech_started':
        this.#isAnswered = false;
        return this.#recent.speechStarted();
      case 'input_audio_buffer.speech_stopped':
        return this.#recent.speechStopped();
      case 'conversation.item.input_audio_transcription.completed':
        return this.#recent.written();
      case 'response.output_audio.delta':
        this.#isAnswered = true;
    }
  }

  /** Notes what somebody said. */
  noteSaying(saying: Saying): void {
    this.#memory.say(saying);
  }

  /** Notes an item that is in the conversation. */
  noteItem(item: ClientItem): void {
    this.#memory.note(item);
  }

  /** Notes what the model asked of a tool. */
  noteCall({ callId, name, arguments: input }: ToolCall): void {
    this.#memory.note({ type: 'function_call', call_id: callId, name, arguments: input });
  }

  /** Has the model forget what of an item was not heard. */
  truncate(cut: Cut): void {
    // Who is interrupted does not go on.
    if (this.#lost?.owed?.isSpoken === true) this.#lost.owed = undefined;
    if (this.#given.has(cut.itemId)) {
      const heard = this.#transcript.heardOf(cut);
      for (const event of this.#given.shorten(cut.itemId, heard)) this.#model.tell(event);
    } else
      this.#model.tell({
        type: 'conversation.item.truncate',
        item_id: cut.itemId,
        content_index: cut.contentIndex,
        audio_end_ms: cut.audioEndMs,
      });
  }

  /** The request with which the model goes on after the words that came. */
  continuation(request: ResponseRequest): ResponseRequest {
    this.#transcript.breakOff();
    return askToGoOn(request, this.#instructions, this.#words);
  }

  /** The model is lost. */
  lose(): void {
    if (this.#lost !== undefined) return;
    const owed = this.#turns.lose();
    this.#transcript.breakOff();
    this.#lost = { owed, said: this.#words };
    this.#recent.lost();
  }

  /** Another session is there: it is given the conversation, and asked for what the last one owed. */
  replace(): void {
    this.lose();
    const { owed, said } = this.#lost ?? { owed: undefined, said: '' };
    this.#lost = undefined;
    const turn = this.#recent.takeTurn();
    const isHeardAgain = turn !== undefined && !this.#isAnswered;
    const caller = isHeardAgain ? [] : this.#describeUnwritten(turn);
    for (const { atMs, item } of caller) this.#memory.noteAt(atMs, item);
    this.#transcript.forgetUnwritten();
    const current = this.#transcript.open.map(({ itemId, beganAtMs, text }): Remembered => ({
      atMs: beganAtMs,
      item: describeTurn({ who: 'agent', text }),
      itemId,
    }));
    for (const event of this.#given.give(this.#memory.with(current))) this.#model.tell(event);
    for (const audio of isHeardAgain ? turn : []) this.#model.append(audio);
    for (const audio of this.#recent.release()) this.#model.append(audio);
    if (owed?.isSpoken === true)
      return this.#turns.replace(askToGoOn(owed.request, this.#instructions, said), true);
    // A turn that is heard again is answered as it would have been.
    const isAnsweredAgain = owed?.isToTurn === true && isHeardAgain;
    this.#turns.replace(isAnsweredAgain ? 'turn' : owed?.request, false);
  }

  get #words(): string {
    return this.#transcript.open.map(({ text }) => text).join(' ');
  }

  /** Turns that nobody will write down any more: the last one as audio, others by a remark. */
  #describeUnwritten(turn: readonly Base64Slice[] | undefined): Remembered[] {
    const began = this.#transcript.unwritten;
    return began.map((atMs, index): Remembered => {
      const isLast = index === began.length - 1;
      if (turn === undefined || !isLast)
        return { atMs, item: describeTurn({ who: 'caller', text: UNWRITTEN }) };
      const audio = Buffer.concat(turn.map(decodeSlice));
      const content = [{ type: 'input_audio', audio: audio.toString('base64') }] as const;
      return { atMs, item: { type: 'message', role: 'user', content } };
    });
  }
}
