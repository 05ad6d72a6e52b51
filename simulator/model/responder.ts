import { clip } from '../clips/clips';
import type { AudioFormat } from './audio-format';
import { convertAudio } from './audio-format';
import type { ResponseRequest } from './client-event';
import type { Content } from './content';
import type { Conversation } from './conversation';
import { hum } from './hum';
import type { ResolvedOptions } from './options';
import type { Recording } from './parrot';
import { Parrot } from './parrot';
import { Refusal } from './refusal';
import type { CancelReason } from './response';
import { RunningResponse } from './response';
import { fillArguments, fillText } from './placeholder';
import { type Line, linesOf } from './script';
import { type Input, ScriptReader } from './script-reader';
import { RECEPTIONIST } from './shipped-scripts';
import type { SessionSettings } from './session-settings';
import { usageOf } from './usage';
import type { Wire } from './wire';

const PCMU: AudioFormat = { type: 'audio/pcmu' };

/** Decides what the model says, and keeps the responses of one session: one that talks, others aside. */
export class Responder {
  readonly #wire: Wire;
  readonly #options: ResolvedOptions;
  readonly #conversation: Conversation;
  readonly #script: ScriptReader;
  readonly #parrot: Parrot | null;
  readonly #aside = new Set<RunningResponse>();
  #active: RunningResponse | null = null;
  #turnWaits: SessionSettings | null = null;
  #hasSpoken = false;
  /** Called when a response of the conversation has ended, with its audio in milliseconds. */
  onSpoken: (audioMs: number) => void = () => undefined;

  constructor(wire: Wire, options: ResolvedOptions, conversation: Conversation) {
    this.#wire = wire;
    this.#options = options;
    this.#conversation = conversation;
    this.#script = new ScriptReader(options.script ?? RECEPTIONIST);
    this.#parrot = options.parrot ? new Parrot(options.parrotWhole) : null;
  }

  /** True once audio of the model went out: the voice is locked then. */
  get hasSpoken(): boolean {
    return this.#hasSpoken || (this.#active?.audioMs ?? 0) > 0;
  }

  /** True while a response of the conversation runs. */
  get isActive(): boolean {
    return this.#active !== null;
  }

  /** What the caller is heard to say in the next turn. */
  nextHeard(): string {
    return this.#script.nextHeard();
  }

  /** Takes the caller's audio as it arrives. */
  hear(audio: Buffer): void {
    this.#parrot?.hear(audio);
  }

  /** Notes something to answer: a turn of audio, a text, the result of a function. */
  noteInput(input: Input, turn?: Recording): void {
    this.#script.noteInput(input);
    if (turn) this.#parrot?.noteTurn(turn);
  }

  /** Notes an answer that a client wrote in the model's name. */
  noteAnswer(): void {
    this.#script.noteAnswer();
  }

  /** Answers `response.create`. Throws a Refusal while one runs. */
  create(settings: SessionSettings, request: ResponseRequest = {}): void {
    const isAside = request.conversation === 'none';
    if (this.#active && !isAside) {
      const message = `Conversation already has an active response in progress: ${this.#active.id}. Wait until the response is finished before creating a new one.`;
      throw new Refusal('conversation_already_has_active_response', message);
    }
    const response = this.#plan(settings, request, isAside);
    if (isAside) this.#aside.add(response);
    else this.#active = response;
    response.start();
  }

  /**
   * Answers a turn that voice detection ended.
   * Assumed: while a response still runs, the answer waits for its end.
   */
  answerTurn(settings: SessionSettings): void {
    if (this.#active) this.#turnWaits = settings;
    else this.create(settings);
  }

  /** Answers `response.cancel`. Throws a Refusal when there is nothing to cancel. */
  cancel(responseId?: string): void {
    const running = [this.#active, ...this.#aside];
    const found = running.find(
      (each) => each && (responseId === undefined ? each === this.#active : each.id === responseId),
    );
    if (!found) {
      const message = 'Cancellation failed: no active response found';
      throw new Refusal('response_cancel_not_active', message);
    }
    this.#cancel(found, 'client_cancelled');
  }

  /** The caller began to speak: the running response stops. */
  interrupt(): void {
    this.#turnWaits = null;
    if (this.#active) this.#cancel(this.#active, 'turn_detected');
  }

  /** Ends all responses without a word: the session has ended. */
  abandon(): void {
    this.#active?.abandon();
    for (const response of this.#aside) response.abandon();
  }

  #cancel(response: RunningResponse, reason: CancelReason): void {
    response.cancel(reason, this.#wire.faults.lateDeltas);
  }

  #plan(settings: SessionSettings, request: ResponseRequest, isAside: boolean): RunningResponse {
    const output = { ...settings.audio.output, ...request.audio?.output };
    const modalities = request.output_modalities ?? settings.output_modalities;
    const read = [...this.#conversation.items];
    const { firstAudioMs, deltaMs, audioRate } = this.#options;
    return new RunningResponse(this.#wire, {
      contents: this.#contents(settings, request, {
        format: output.format,
        asText: modalities[0] === 'text',
      }),
      format: output.format,
      voice: output.voice,
      modalities,
      maxOutputTokens: request.max_output_tokens ?? settings.max_output_tokens,
      metadata: request.metadata,
      conversation: isAside ? null : this.#conversation,
      ...{ firstAudioMs, deltaMs, audioRate },
      usage: (audioMs, text) =>
        usageOf(request.instructions ?? settings.instructions ?? '', read, { audioMs, text }),
      onEnd: (response) => this.#onEnd(response),
    });
  }

  #onEnd(response: RunningResponse): void {
    if (response.audioMs > 0) this.#hasSpoken = true;
    if (this.#aside.delete(response)) return;
    this.#active = null;
    this.onSpoken(response.audioMs);
    const settings = this.#turnWaits;
    this.#turnWaits = null;
    if (settings) this.create(settings);
  }

  #contents(settings: SessionSettings, request: ResponseRequest, manner: Manner): Content[] {
    const { instructions = '' } = settings;
    const say = (line: Line) => contentOf(line, instructions, manner);
    if (request.conversation === 'none') return [say({ text: this.#script.aside })];
    const heard = this.#parrot?.answer();
    if (heard) {
      const transcript = '(what the caller said)';
      if (manner.asText) return [{ kind: 'text', text: transcript }];
      const audio = convertAudio(heard.audio, heard.format, manner.format);
      return [{ kind: 'audio', audio, transcript }];
    }
    if (this.#parrot && (this.#script.hadInput || !this.#options.script)) return [];
    const lines = linesOf(this.#script.next(request.instructions));
    const mayCall = (request.tool_choice ?? settings.tool_choice) !== 'none';
    const allowed = lines.filter((line) => mayCall || !('tool' in line));
    return (lines.length > 0 && allowed.length === 0 ? [NO_CALL] : allowed).map(say);
  }
}

/** How a response is put into words: in which audio format, or as text. */
interface Manner {
  readonly format: AudioFormat;
  readonly asText: boolean;
}

/** Said where the script has nothing but calls, and `tool_choice` forbids them. */
const NO_CALL: Line = { text: 'One moment, please.' };

function contentOf(line: Line, instructions: string, { format, asText }: Manner): Content {
  if ('tool' in line) {
    const filled = fillArguments(line.arguments, instructions);
    return { kind: 'tool', name: line.tool, arguments: JSON.stringify(filled) };
  }
  const transcript =
    'clip' in line ? (line.transcript ?? clip(line.clip).text) : fillText(line.text, instructions);
  if (asText) return { kind: 'text', text: transcript };
  const audio = 'clip' in line ? clip(line.clip).audio : hum(transcript);
  return { kind: 'audio', audio: convertAudio(audio, PCMU, format), transcript };
}
