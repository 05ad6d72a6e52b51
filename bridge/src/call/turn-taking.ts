import { CodedError } from '@realtime-phone/protocol/errors';
import { countBase64Bytes, isBase64 } from '@realtime-phone/protocol/base64';
import type { ClientEvent } from '@realtime-phone/protocol/realtime/client-events';
import type { RealtimeError, ServerEvent } from '@realtime-phone/protocol/realtime/server-events';
import { type Cut, Heard } from './heard';

/** The agent's way to the caller's ear. */
export interface Ear {
  sendAudio(payload: string): void;
  sendMark(name: string): void;
  clear(): void;
}

/** What turn-taking reports. */
export interface TurnListener {
  onAgentAudio(bytes: number): void;
  onBargeIn(cuts: readonly Cut[]): void;
  onLateDelta(): void;
}

/** The numbers and manners of one conversation. */
export interface TurnRules {
  /** Whether speech of the caller cuts the agent short. */
  readonly interruptible: boolean;
  /** Whether the model answers each turn of the caller by itself. */
  readonly answersByItself: boolean;
  /** How long the model may owe a response, or more of one. */
  readonly modelAudioMs: number;
  readonly maxUnheardBytes: number;
}

type AudioDelta = Extract<ServerEvent, { type: 'response.output_audio.delta' }>;

const KEPT_CUTS = 16;
const GREETING_ID = 'greeting';

/**
 * Who speaks: passes the agent's audio on, and when the caller begins to speak, silences the agent
 * and tells the model what of it was heard. The server cancels the running response by itself
 * (`interrupt_response`); over a WebSocket the clear and the truncate are the client's to do.
 * Source: https://developers.openai.com/api/docs/guides/realtime-conversations#interruption-and-truncation
 */
export class TurnTaking {
  readonly #ear: Ear;
  readonly #tellModel: (event: ClientEvent) => void;
  readonly #listener: TurnListener;
  readonly #rules: TurnRules;
  readonly #onFault: (fault: CodedError) => void;
  readonly #heard = new Heard();
  /** Responses that were cut short: what still comes of them is not played. */
  readonly #cutResponses = new Set<string>();
  #runningResponse: string | undefined;
  #responseBytes = 0;
  #watch: NodeJS.Timeout | undefined;

  constructor(
    ear: Ear,
    tellModel: (event: ClientEvent) => void,
    listener: TurnListener,
    rules: TurnRules,
    onFault: (fault: CodedError) => void,
  ) {
    this.#ear = ear;
    this.#tellModel = tellModel;
    this.#listener = listener;
    this.#rules = rules;
    this.#onFault = onFault;
  }

  /** Has the agent speak first. */
  greet(greeting: string): void {
    this.#tellModel({
      type: 'response.create',
      event_id: GREETING_ID,
      response: { instructions: `Say exactly this and nothing else: ${greeting}` },
    });
    this.#expectMore();
  }

  /**
   * Takes an event of the model.
   * @throws CodedError `model_response_failed`, `model_message_malformed` or `agent_audio_overflow`.
   */
  takeEvent(event: ServerEvent): void {
    // Whatever comes while a response runs shows that the model is at it; its audio comes in a
    // burst, so a pause as long as the limit is the end of it.
    if (this.#runningResponse !== undefined) this.#expectMore();
    switch (event.type) {
      case 'response.created':
        this.#runningResponse = event.responseId;
        this.#responseBytes = 0;
        return this.#expectMore();
      case 'input_audio_buffer.speech_stopped':
        if (this.#rules.answersByItself) this.#expectMore();
        return;
      case 'response.output_audio.delta':
        return this.#play(event);
      case 'input_audio_buffer.speech_started':
        return this.#yield();
      case 'response.done':
        return this.#finish(event);
      case 'error':
        return this.#checkGreeting(event.error);
    }
  }

  /** Takes a mark that Twilio sent back. */
  takeMark(name: string): void {
    this.#heard.returnMark(name, performance.now());
  }

  /** What the caller has heard of the agent so far. */
  heardMs(): number {
    return this.#heard.heardMs(performance.now());
  }

  /** Ends the watch. */
  stop(): void {
    clearTimeout(this.#watch);
  }

  #play({ responseId, itemId, contentIndex, delta }: AudioDelta): void {
    if (this.#cutResponses.has(responseId)) return this.#listener.onLateDelta();
    if (!isBase64(delta))
      throw new CodedError('model_message_malformed', 'an audio delta is not base64');
    const bytes = countBase64Bytes(delta);
    if (bytes === 0) return;
    const nowMs = performance.now();
    if (this.#heard.unheardBytes(nowMs) + bytes > this.#rules.maxUnheardBytes) {
      throw new CodedError(
        'agent_audio_overflow',
        `the limit is ${this.#rules.maxUnheardBytes} bytes`,
      );
    }
    this.#responseBytes += bytes;
    this.#ear.sendAudio(delta);
    this.#ear.sendMark(this.#heard.send(itemId, contentIndex, bytes, nowMs));
    this.#listener.onAgentAudio(bytes);
  }

  /** A response that failed, or was broken off before a word of it, leaves the caller in silence. */
  #finish({ status, reason, error }: Extract<ServerEvent, { type: 'response.done' }>): void {
    const isMute = this.#responseBytes === 0;
    this.#runningResponse = undefined;
    clearTimeout(this.#watch);
    if (status === 'failed' || (status === 'incomplete' && isMute)) {
      const why = error === undefined ? (reason ?? 'no reason') : `${error.code} ${error.message}`;
      throw new CodedError('model_response_failed', why.trim());
    }
  }

  /** A refused greeting would be silence too, unless the model is speaking already. */
  #checkGreeting({ eventId, code, message }: RealtimeError): void {
    if (eventId !== GREETING_ID || code === 'conversation_already_has_active_response') return;
    throw new CodedError('model_response_failed', `${code} ${message}`.trim());
  }

  /** The caller speaks: the agent is silent at once. */
  #yield(): void {
    if (this.#runningResponse === undefined) clearTimeout(this.#watch);
    if (!this.#rules.interruptible) return;
    if (this.#runningResponse !== undefined) this.#cut(this.#runningResponse);
    const nowMs = performance.now();
    if (this.#heard.unheardBytes(nowMs) === 0) return;
    this.#ear.clear();
    const cuts = this.#heard.interrupt(nowMs);
    for (const { itemId, contentIndex, audioEndMs } of cuts) {
      this.#tellModel({
        type: 'conversation.item.truncate',
        item_id: itemId,
        content_index: contentIndex,
        audio_end_ms: audioEndMs,
      });
    }
    this.#listener.onBargeIn(cuts);
  }

  #cut(responseId: string): void {
    this.#cutResponses.add(responseId);
    clearTimeout(this.#watch);
    const [oldest] = this.#cutResponses;
    if (this.#cutResponses.size > KEPT_CUTS && oldest !== undefined)
      this.#cutResponses.delete(oldest);
  }

  #expectMore(): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(
      () => this.#onFault(new CodedError('model_silent')),
      this.#rules.modelAudioMs,
    );
  }
}
