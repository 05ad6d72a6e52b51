import { type Base64Slice, sliceOf } from '@realtime-phone/protocol/base64';
import type { CodedError } from '@realtime-phone/protocol/errors';
import type { ClientEvent, ClientItem } from '@realtime-phone/protocol/realtime/client-events';
import type { ServerEvent } from '@realtime-phone/protocol/realtime/server-events';
import { AgentVoice, CLIP_ITEM, type Ear } from './agent-voice';
import { Farewell } from './farewell';
import type { Cut } from './heard';
import { LineGap } from './line-gap';
import { NoiseGate } from './noise-gate';
import { RecentAudio } from './recent-audio';
import { type ResponseRequest, Responses } from './responses';
import { Silence } from './silence';
import { Succession } from './succession';
import { type Saying, Transcript } from './transcript';
import { TurnTaking } from './turn-taking';
import { WaitClip } from './wait-clip';
import type { Agent } from '../agent/agent-schema';
import type { Ledger } from '../recording/agent-queue';
import { Keys } from '../tools/keys';
import type { CallControls } from '../tools/call-controls';
import { Toolbox } from '../tools/toolbox';
import type { HandOverStep, Resumption } from './hand-over';
import { type Listening, listeningToGreeting, type Manners } from './manners';

/** The model, as a conversation uses it. */
export interface ModelMouth {
  tell(event: ClientEvent): void;
  /** Takes audio as if the caller had sent it, mu-law. */
  append(audio: Base64Slice): void;
  /** Has the model listen in another way from now on. */
  listen(listening: Listening): void;
}

/** What a conversation reports to its call. */
export interface ConversationListener {
  /**
   * @param payload base64 mu-law.
   * @param startsInMs how long it is until it is heard.
   */
  onAgentAudio(payload: string, bytes: number, startsInMs: number): void;
  /** What was not heard is about to be cleared. */
  onClear(): void;
  /** The consent sentence has been heard to its end, or never will be. */
  onConsent(wasHeard: boolean): void;
  onBargeIn(cuts: readonly Cut[]): void;
  onLateDelta(): void;
  onSaying(saying: Saying): void;
  /** A step for the record, in the words of the log. */
  onNote(what: string, details?: object): void;
  /** The agent has ended the call, and its goodbye has been heard. */
  onGoodbye(): void;
  /** The stream is to end for a step of Twilio's, after which the call may come back. */
  onHandOver(step: HandOverStep): void;
  onOutcome(outcome: unknown): void;
  /** A fault that the call survives. */
  onToolFault(fault: CodedError): void;
  /** The model fails the call. */
  onFault(fault: CodedError): void;
  /** A response failed, and is asked for once more. */
  onAskedAgain(fault: CodedError): void;
  /** Nobody speaks now, and nothing is owed. */
  onQuiet(): void;
  onCallerAudioDropped(bytes: number): void;
}

/** How long a message on an answering machine may take; machines record a minute or two. */
const MESSAGE_MS = 90_000;
/** Whoever has it said ends the call before, with a fault, so that the fallback speaks. */
const LAST_GOODBYE_MS = 60_000;
const STILL_THERE =
  'The caller has said nothing for a while. Ask briefly, in the language of the call, whether they are still there.';
const HAVE_TO_END =
  'The call has to end now, for a reason that has nothing to do with the caller. In the language of the call, and in two short sentences at most: apologize, say that they are welcome to call again in a minute, and say goodbye.';
const NOBODY_THERE =
  'The caller is not there any more. Say a short, polite goodbye in the language of the call.';

/** The conversation of one stream: agent and caller, from the first word to the last. */
export class Conversation {
  readonly #listener: ConversationListener;
  readonly #responses: Responses;
  readonly #voice: AgentVoice;
  readonly #turns: TurnTaking;
  readonly #transcript: Transcript;
  readonly #farewell: Farewell;
  readonly #gap: LineGap;
  readonly #gate: NoiseGate | undefined;
  readonly #silence: Silence | undefined;
  readonly #toolbox: Toolbox;
  readonly #keys: Keys;
  readonly #recent: RecentAudio;
  readonly #succession: Succession;
  readonly #waitClip: WaitClip;
  readonly #manners: Manners;
  #listens = true;

  constructor(
    ear: Ear,
    model: ModelMouth,
    listener: ConversationListener,
    manners: Manners,
    agent: Agent,
  ) {
    const tell = (event: ClientEvent) => model.tell(event);
    this.#listener = listener;
    this.#manners = manners;
    this.#transcript = new Transcript((saying) => {
      this.#succession.noteSaying(saying);
      listener.onSaying(saying);
    });
    this.#recent = new RecentAudio(manners.maxCallerAudioBytes, (bytes) =>
      listener.onCallerAudioDropped(bytes),
    );
    this.#responses = new Responses(tell, manners.modelAudioMs, (fault) => listener.onFault(fault));
    this.#gap = new LineGap((payload) => model.append(sliceOf(payload)));
    this.#gate =
      manners.minInterruptionMs > 0 ? new NoiseGate(manners.minInterruptionMs) : undefined;
    this.#voice = new AgentVoice(
      ear,
      {
        onAgentAudio: (itemId, payload, bytes, startsInMs) => {
          this.#silence?.stop();
          if (itemId !== CLIP_ITEM) this.#transcript.agentAudio(itemId, bytes, startsInMs);
          listener.onAgentAudio(payload, bytes, startsInMs);
        },
        onClear: () => listener.onClear(),
        onLateDelta: () => listener.onLateDelta(),
        onHeard: () => this.#turns.agentHeard(),
        onQuiet: () => {
          this.#waitClip.quiet();
          this.#pause();
        },
      },
      manners.maxUnheardBytes,
    );
    this.#turns = new TurnTaking(
      this.#voice,
      this.#responses,
      {
        onTruncate: (cut) => this.#succession.truncate(cut),
        continuation: (request) => this.#succession.continuation(request),
        onAskedAgain: (fault) => listener.onAskedAgain(fault),
        onCallerSpeaks: () => this.#callerSpeaks(),
        onCallerSilent: () => this.#callerSilent(),
        onBargeIn: (cuts) => {
          this.#transcript.cut(cuts);
          listener.onBargeIn(cuts);
        },
        onOpened: (what, wasHeard) => {
          if (what === 'consent') {
            model.listen(listeningToGreeting(agent));
            this.#takeConsent(wasHeard, agent.greeting);
          } else if (manners.protectsGreeting) model.listen('freely');
        },
      },
      { ...manners, gated: this.#gate !== undefined },
    );
    this.#succession = new Succession(
      model,
      manners.instructions,
      this.#transcript,
      this.#turns,
      this.#recent,
    );
    const { waitClip, waitMs } = manners;
    this.#waitClip = new WaitClip(waitMs, () => {
      if (waitClip !== undefined) this.#voice.playClip(waitClip);
    });
    this.#farewell = new Farewell(() => this.#isSpeaking, manners.goodbyeMs);
    const controls = this.#controls(listener);
    this.#toolbox = new Toolbox(agent.tools, agent.outcome, controls);
    this.#keys = new Keys(agent, controls);
    this.#silence =
      manners.silenceMs === null
        ? undefined
        : new Silence(manners.silenceMs, manners.silencePrompts, {
            onAsk: () => {
              listener.onNote('caller silent, asked');
              this.ask({ response: { instructions: STILL_THERE } });
            },
            onGiveUp: () => {
              listener.onNote('caller silent, ending');
              this.ask({ response: { instructions: NOBODY_THERE } });
              this.endAfterGoodbye();
            },
          });
  }

  /** Goes on with a call that comes back from somebody else. */
  resume({ history, speaksFirst }: Resumption): void {
    for (const item of history) this.#addItem(item);
    if (speaksFirst) this.ask();
    else this.#silence?.begin();
  }

  /**
   * The agent speaks first, or waits for the caller where it has no greeting.
   * @param consent is said before everything else, and cannot be cut.
   */
  begin(greeting: string | undefined, consent?: string): void {
    if (consent !== undefined) this.#turns.open('consent', consent);
    else if (greeting !== undefined) this.#turns.open('greeting', greeting);
    else if (this.#turns.owesAnswer) this.ask();
    else this.#silence?.begin();
  }

  /** Asks the model for a response, as soon as one may be asked for. */
  ask(request?: ResponseRequest): void {
    this.#responses.ask(request);
  }

  /** Ends the call once the goodbye has been heard; the caller can call it off by speaking. */
  endAfterGoodbye(): void {
    this.#farewell.begin(() => this.#listener.onGoodbye(), false);
  }

  /** Has the agent say goodbye, whatever the caller says; a step that is about to end the stream stands. */
  sayGoodbye(): void {
    if (this.#farewell.isPending && !this.#farewell.callOff()) return;
    this.#listener.onNote('saying goodbye');
    // As an item: a response that the model is about to begin by itself then says goodbye as well.
    this.#responses.addItem({
      type: 'message',
      role: 'system',
      content: [{ type: 'input_text', text: HAVE_TO_END }],
    });
    this.ask();
    this.#farewell.begin(() => this.#listener.onGoodbye(), true, LAST_GOODBYE_MS);
  }

  /** Takes a key that the caller pressed. */
  press(key: string): void {
    this.#silence?.callerSpeaks();
    this.#keys.press(key);
  }

  /**
   * Leaves a message on an answering machine: the agent stops, says it, and the call ends once it is
   * out. What the machine sends is no turn, so nothing of it may go to the model any more.
   */
  leaveMessage(message: string): void {
    this.#listens = false;
    this.#gap.stop();
    this.#silence?.stop();
    this.#farewell.stop();
    this.#turns.stopListening();
    this.ask({ response: { instructions: `Say exactly this and nothing else: ${message}` } });
    this.#farewell.begin(() => this.#listener.onGoodbye(), true, MESSAGE_MS);
  }

  /** Hears what the caller sends, before it goes to the model. */
  hear(audio: Base64Slice, arrivedAtMs: number): void {
    this.#gap.noteFrame(arrivedAtMs);
    if (this.#listens) this.#recent.hear(audio);
    if (this.#gate === undefined) return;
    this.#gate.hear(audio);
    if (this.#turns.wantsGate && this.#gate.isOpen) this.#turns.confirmSpeech();
  }

  /**
   * Takes an event of the model.
   * @throws CodedError `model_response_failed`, `model_message_malformed` or `agent_audio_overflow`.
   */
  takeEvent(event: ServerEvent): void {
    if (!this.#listens && event.type.startsWith('input_audio_buffer.')) return;
    switch (event.type) {
      case 'response.output_audio_transcript.delta':
        this.#transcript.agentText(event.itemId, event.delta);
        break;
      case 'response.output_audio_transcript.done':
        this.#transcript.agentTextDone(event.itemId, event.transcript);
        break;
      case 'conversation.item.input_audio_transcription.completed':
        this.#transcript.callerSaid(event.itemId, event.transcript);
        break;
      case 'input_audio_buffer.speech_started':
        this.#transcript.callerBegan(event.itemId);
        this.#gap.watch();
        break;
      case 'input_audio_buffer.speech_stopped':
        this.#gap.stop();
        this.#gate?.reset();
    }
    if (event.type === 'conversation.item.added' || event.type === 'conversation.item.created')
      this.#responses.itemAdded(event.itemId);
    this.#succession.takeEvent(event);
    this.#turns.takeEvent(event);
    this.#toolbox.takeEvent(event);
    if (event.type === 'response.done') this.#pause();
    if (event.type === 'conversation.item.input_audio_transcription.completed') this.#noteQuiet();
  }

  /** The model is lost: what was sent plays on, and what is asked for waits for another one. */
  loseModel(): void {
    if (this.#succession.isLost) return;
    this.#succession.lose();
    this.#toolbox.lose();
    this.#gap.stop();
    this.#gate?.reset();
    this.#silence?.stop();
    this.#waitClip.lost(this.#voice.isQuiet);
  }

  /** Another session is there, and is given the conversation. */
  replaceModel(): void {
    if (!this.#succession.isLost) this.#toolbox.lose();
    this.#waitClip.stop();
    this.#succession.replace();
    this.#pause();
  }

  /** True where nobody speaks and nothing is owed, so that the model may be changed. */
  get isQuiet(): boolean {
    if (this.#isSpeaking || this.#responses.callerSpeaks || this.#farewell.isPending) return false;
    return !this.#toolbox.isBusy && (this.#succession.isWritten || !this.#manners.writesDown);
  }

  /** Takes a mark that Twilio sent back. */
  takeMark(name: string): void {
    this.#voice.takeMark(name);
  }

  /** What was heard of the agent, for a recording. */
  get ledger(): Ledger {
    return this.#voice;
  }

  /** What the caller has heard of the agent so far. */
  get heardMs(): number {
    return this.#voice.heardMs;
  }

  /** Ends all watches, and tells what of the last words was heard. */
  stop(): void {
    this.#transcript.cut(this.#voice.unheard);
    this.#responses.stopWatch();
    this.#waitClip.stop();
    this.#voice.stop();
    this.#farewell.stop();
    this.#gap.stop();
    this.#silence?.stop();
    this.#toolbox.stop();
    this.#keys.stop();
  }

  /** A step that waits for the agent to be silent is not held up by a greeting. */
  #takeConsent(wasHeard: boolean, greeting: string | undefined): void {
    this.#listener.onConsent(wasHeard);
    if (this.#listens && !this.#farewell.isPending) this.begin(greeting);
  }

  #controls(listener: ConversationListener): CallControls {
    const handOver = (step: HandOverStep) =>
      this.#farewell.begin(() => listener.onHandOver(step), true);
    return {
      addItem: (item) => this.#addItem(item),
      noteCall: (call) => this.#succession.noteCall(call),
      ask: (request) => this.ask(request),
      isIdle: () => !this.#isSpeaking && !this.#responses.callerSpeaks,
      interrupt: () => this.#turns.interrupt(),
      endAfterGoodbye: () => this.endAfterGoodbye(),
      transfer: (number, timeoutS) => handOver({ action: 'dial', number, timeoutS }),
      sendDigits: (digits) => handOver({ action: 'digits', digits }),
      reportOutcome: (outcome) => listener.onOutcome(outcome),
      onFault: (fault) => listener.onToolFault(fault),
      onNote: (what, details) => listener.onNote(what, details),
    };
  }

  #addItem(item: ClientItem): void {
    this.#succession.noteItem(item);
    this.#responses.addItem(item);
  }

  #noteQuiet(): void {
    if (this.isQuiet) this.#listener.onQuiet();
  }

  get #isSpeaking(): boolean {
    return !this.#responses.isIdle || !this.#voice.isQuiet;
  }

  /** Something has ended; where nothing else goes on, nobody speaks now. */
  #pause(): void {
    if (this.#isSpeaking) return;
    this.#transcript.allHeard();
    if (this.#farewell.isPending) this.#farewell.check();
    else this.#expectCaller();
  }

  /** It is the caller's turn, unless a tool is at work. */
  #expectCaller(): void {
    this.#toolbox.pause();
    if (!this.#toolbox.isBusy) this.#silence?.begin();
    this.#noteQuiet();
  }

  #callerSpeaks(): void {
    this.#toolbox.callerSpeaks();
    this.#silence?.callerSpeaks();
    if (this.#farewell.callOff()) this.#listener.onNote('hang-up called off, the caller speaks');
  }

  #callerSilent(): void {
    if (!this.#isSpeaking) this.#expectCaller();
  }
}
