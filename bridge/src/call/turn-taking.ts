import { CodedError } from '@realtime-phone/protocol/errors';
import type { RealtimeError, ServerEvent } from '@realtime-phone/protocol/realtime/server-events';
import { isFatal } from '../model/model-faults';
import type { AgentVoice } from './agent-voice';
import type { Cut } from './heard';
import type { Owed, ResponseRequest, Responses } from './responses';

/** What turn-taking reports. */
export interface TurnListener {
  /** The caller has begun to speak, or what was taken for it turned out to be speech. */
  onCallerSpeaks(): void;
  onCallerSilent(): void;
  onBargeIn(cuts: readonly Cut[]): void;
  /** The first words have been heard to their end, or were cut. */
  onOpened(what: Opening, wasHeard: boolean): void;
  /** What was not heard of an item the model is to forget. */
  onTruncate(cut: Cut): void;
  /** How the model is asked to go on with a response that broke off in the middle. */
  continuation(request: ResponseRequest): ResponseRequest;
  /** A response failed, and is asked for once more. */
  onAskedAgain(fault: CodedError): void;
}

/** What the agent says before the conversation begins. */
export type Opening = 'consent' | 'greeting';

/** What the model owes, and whether some of it was sent to the caller. */
export type OwedNow = Owed & { readonly isSpoken: boolean };

interface OpeningWords {
  readonly what: Opening;
  readonly text: string;
  /** Where it ends in all that the caller was sent; known once all of it has come. */
  endsAtByte: number | undefined;
}

/** The manners of one conversation. */
export interface TurnRules {
  /** Whether speech of the caller cuts the agent short. */
  readonly interruptible: boolean;
  /** Whether the model answers each turn of the caller by itself. */
  readonly answersByItself: boolean;
  /** Whether the model cancels its response by itself when the caller speaks. */
  readonly cancelsByItself: boolean;
  /** Whether turns that are worth it are answered at our asking: the noise gate decides. */
  readonly gated: boolean;
  /** Whether the greeting may not be cut until it has been heard. */
  readonly protectsGreeting: boolean;
  /** Whether a response that failed is asked for once more. */
  readonly asksAgain: boolean;
}

/**
 * Who speaks: passes the agent's audio on, and when the caller begins to speak, silences the agent
 * and tells the model what of it was heard. The server cancels the running response by itself
 * (`interrupt_response`); over a WebSocket the clear and the truncate are the client's to do.
 * Source: https://developers.openai.com/api/docs/guides/realtime-conversations#interruption-and-truncation
 */
export class TurnTaking {
  readonly #voice: AgentVoice;
  readonly #responses: Responses;
  readonly #listener: TurnListener;
  readonly #rules: TurnRules;
  #responseBytes = 0;
  /** What is being said first. */
  #opening: OpeningWords | undefined;
  /** A response failed, and was asked for once more. */
  #askedAgain = false;
  /** A response failed for good: whoever takes over owes it. */
  #failed: OwedNow | undefined;
  /** From protected words on until the model confirms otherwise, it neither stops nor answers by itself. */
  #heldBack = false;
  #owesAnswer = false;
  #listens = true;
  /** Whether what the caller says is speech, not noise, and wants an answer. */
  #turnCounts = false;

  constructor(voice: AgentVoice, responses: Responses, listener: TurnListener, rules: TurnRules) {
    this.#voice = voice;
    this.#responses = responses;
    this.#listener = listener;
    this.#rules = rules;
  }

  /** Has the agent say its greeting, or the consent sentence, which nothing can cut. */
  open(what: Opening, text: string): void {
    this.#opening = { what, text, endsAtByte: undefined };
    this.#heldBack ||= this.#isProtected;
    this.#responses.ask({
      event_id: what,
      response: {
        instructions: `Say exactly this and nothing else: ${text}`,
        ...(what === 'consent' ? { tool_choice: 'none' } : {}),
      },
    });
  }

  /** True where the caller said something into the consent sentence, which nobody answered. */
  get owesAnswer(): boolean {
    return this.#owesAnswer;
  }

  /**
   * Takes an event of the model.
   * @throws CodedError `model_response_failed`, `model_message_malformed` or `agent_audio_overflow`.
   */
  takeEvent(event: ServerEvent): void {
    // Whatever comes while a response runs shows that the model is at it; its audio comes in a
    // burst, so a pause as long as the limit is the end of it.
    if (this.#responses.running !== undefined) this.#responses.expectMore();
    switch (event.type) {
      case 'response.created':
        this.#responseBytes = 0;
        return this.#responseCreated(event.responseId);
      case 'input_audio_buffer.speech_started':
        return this.#speechStarted();
      case 'input_audio_buffer.speech_stopped':
        return this.#speechStopped();
      case 'response.output_audio.delta':
        if (this.#voice.isCut(event.responseId)) return this.#truncate(this.#voice.drop(event));
        this.#responseBytes += this.#voice.play(event);
        return;
      case 'response.done':
        return this.#finish(event);
      case 'session.updated':
        if (!this.#isProtected) this.#heldBack = false;
        return;
      case 'error':
        return this.#checkRequest(event.error);
    }
  }

  /**
   * The model is lost. What was sent plays on.
   * @returns what it owed, and whether some of that was sent.
   */
  lose(): OwedNow | undefined {
    const { running } = this.#responses;
    const isCut = running !== undefined && this.#voice.isCut(running);
    const owed = this.#responses.suspend();
    this.#turnCounts = false;
    const failed = this.#failed;
    this.#failed = undefined;
    if (failed !== undefined) return failed;
    if (owed === undefined || isCut) return undefined;
    return { ...owed, isSpoken: owed.hasBegun && this.#responseBytes > 0 };
  }

  /**
   * Another model is there, and knows the conversation.
   * @param what as of `Responses.resume`.
   */
  replace(what: ResponseRequest | 'turn' | undefined, goesOn: boolean): void {
    this.#heldBack = this.#isProtected; // as the session was opened
    const opening = this.#opening;
    if (goesOn && opening?.what === 'consent' && opening.endsAtByte === undefined) {
      this.#responses.resume(undefined);
      return this.#openAgain(opening.text);
    }
    this.#responses.resume(what);
  }

  /** True while the model owes a response, or more of one, and the caller is silent. */
  get isOwed(): boolean {
    const { running } = this.#responses;
    const isCut = running !== undefined && this.#voice.isCut(running);
    return this.#responses.owes && !isCut && !this.#responses.callerSpeaks;
  }

  /** The noise gate says that this is speech. */
  confirmSpeech(): void {
    this.#turnCounts = true;
    this.#listener.onCallerSpeaks();
    this.#yield();
  }

  /** Silences the agent, whoever wants that. Only for speech does the model cancel by itself. */
  interrupt(): void {
    this.#yield(true);
  }

  /** Silences the agent, and listens to nobody any more: only what is asked for is said from now on. */
  stopListening(): void {
    this.#listens = false;
    this.#responses.stopListening();
    this.#cutRunning();
    this.#silence();
    this.#endOpening(false);
  }

  /** More of what the agent said has been heard. */
  agentHeard(): void {
    const endsAtByte = this.#opening?.endsAtByte;
    if (endsAtByte !== undefined && this.#voice.heardBytes >= endsAtByte) this.#endOpening(true);
  }

  /** True while the noise gate is to decide whether the caller speaks. */
  get wantsGate(): boolean {
    return this.#responses.callerSpeaks && !this.#turnCounts;
  }

  get #isProtected(): boolean {
    if (this.#opening === undefined) return false;
    return this.#opening.what === 'consent' || this.#rules.protectsGreeting;
  }

  get #isSilent(): boolean {
    return this.#responses.running === undefined && this.#voice.isQuiet;
  }

  /**
   * A response that was asked for while the caller began to speak has crossed their speech: the model
   * does not stop it by itself, so it would talk over them. It waits again until they have ended.
   */
  #responseCreated(responseId: string): void {
    const wasAsked = this.#responses.created(responseId);
    if (!wasAsked && !this.#listens) return this.#cutRunning();
    const hasCrossed = wasAsked && this.#responses.callerSpeaks && this.#turnCounts;
    if (!hasCrossed || !this.#rules.interruptible || this.#isProtected) return;
    this.#responses.askLater();
    this.#yield(true);
  }

  #speechStarted(): void {
    this.#responses.speechStarted();
    if (!this.#rules.gated || this.#isProtected || this.#isSilent) this.confirmSpeech();
  }

  #speechStopped(): void {
    this.#listener.onCallerSilent();
    const counts = this.#turnCounts;
    this.#turnCounts = false;
    const { answersByItself, gated } = this.#rules;
    this.#responses.speechStopped(answersByItself && !this.#heldBack);
    if (!counts || !(gated || (answersByItself && this.#heldBack))) return;
    if (this.#opening?.what === 'consent') this.#owesAnswer = true;
    else this.#responses.ask();
  }

  /** A response that failed, or was broken off before a word of it, leaves the caller in silence. */
  #finish(event: Extract<ServerEvent, { type: 'response.done' }>): void {
    const { responseId, status, reason, error } = event;
    const isMute = this.#responseBytes === 0;
    const isFailed = status === 'failed' || (status === 'incomplete' && isMute);
    const { request } = this.#responses;
    if (this.#opening !== undefined && !isFailed)
      this.#opening.endsAtByte ??= this.#voice.sentBytes;
    this.#responses.done(responseId);
    if (isFailed) {
      const why = error === undefined ? (reason ?? 'no reason') : `${error.code} ${error.message}`;
      const fault = new CodedError('model_response_failed', why.trim());
      if (!this.#rules.asksAgain || this.#askedAgain || isFatal(fault)) {
        this.#askedAgain = false;
        this.#failed = { hasBegun: true, request, isToTurn: false, isSpoken: !isMute };
        throw fault;
      }
      this.#askedAgain = true;
      this.#listener.onAskedAgain(fault);
      return this.#askAgain(request, isMute);
    }
    if (status === 'completed') this.#askedAgain = false;
    // Half a sentence is no consent.
    if (this.#opening?.what === 'consent' && status !== 'completed') this.#endOpening(false);
    else this.agentHeard();
  }

  /** Of half a sentence the model is told, and goes on from there; a consent sentence is said anew. */
  #askAgain(request: ResponseRequest, isMute: boolean): void {
    if (isMute) return this.#responses.ask(request);
    if (this.#opening?.what === 'consent') return this.#openAgain(this.#opening.text);
    this.#responses.ask(this.#listener.continuation(request));
  }

  #openAgain(consent: string): void {
    const cuts = this.#silence();
    this.#opening = undefined;
    if (cuts.length > 0) this.#listener.onBargeIn(cuts);
    this.open('consent', consent);
  }

  /** A refused greeting would be silence too, unless the model is speaking already. */
  #checkRequest({ eventId, code, message }: RealtimeError): void {
    if (code === 'conversation_already_has_active_response') return this.#responses.refused();
    if (eventId !== 'greeting' && eventId !== 'consent') return;
    throw new CodedError('model_response_failed', `${code} ${message}`.trim());
  }

  /** The caller speaks: the agent is silent at once. */
  #yield(cancels = !this.#rules.cancelsByItself || this.#heldBack): void {
    const { running } = this.#responses;
    if (!this.#rules.interruptible || this.#isProtected) return;
    if (running !== undefined) {
      this.#voice.cut(running);
      this.#responses.stopWatch();
      if (cancels) this.#responses.cancel();
    }
    const cuts = this.#silence();
    this.#endOpening(false);
    if (cuts.length > 0) this.#listener.onBargeIn(cuts);
  }

  #cutRunning(): void {
    const { running } = this.#responses;
    if (running === undefined) return;
    this.#voice.cut(running);
    this.#responses.cancel();
  }

  /** What was not heard the model forgets. */
  #silence(): readonly Cut[] {
    const cuts = this.#voice.silence();
    for (const cut of cuts) this.#truncate(cut);
    return cuts;
  }

  #truncate(cut: Cut | undefined): void {
    if (cut !== undefined) this.#listener.onTruncate(cut);
  }

  #endOpening(wasHeard: boolean): void {
    if (this.#opening === undefined) return;
    const { what } = this.#opening;
    this.#opening = undefined;
    this.#listener.onOpened(what, wasHeard);
  }
}
