import { type Base64Slice, sliceOf } from '@realtime-phone/protocol/base64';
import type { ClientEvent, ClientItem } from '@realtime-phone/protocol/realtime/client-events';
import type { ServerEvent } from '@realtime-phone/protocol/realtime/server-events';
import { AgentVoice, CLIP_ITEM, type Ear } from './agent-voice';
import type { ConversationListener } from './conversation-listener';
import { Farewell } from './farewell';
import { LineGap } from './line-gap';
import { NoiseGate } from './noise-gate';
import type { RecentAudio } from './recent-audio';
import { type ResponseRequest, Responses } from './responses';
import { Silence } from './silence';
import { Succession } from './succession';
import { Transcript } from './transcript';
import { TurnTaking } from './turn-taking';
import { type Awaited, WaitClip } from './wait-clip';
import type { Agent } from '../agent/agent-schema';
import type { Ledger } from '../recording/agent-queue';
import { Keys } from '../tools/keys';
import type { CallControls } from '../tools/call-controls';
import { Toolbox } from '../tools/toolbox';
import type { HandOverStep, Resumption } from './hand-over';
import { listeningToGreeting, type Manners } from './manners';
import type { ModelMouth } from './model-mouth';
import { HAVE_TO_END, NOBODY_THERE, STILL_THERE } from './set-phrases';

/** How long a message on an answering machine may take; machines record a minute or two. */
const MESSAGE_MS = 90_000;
/** Whoever has it said ends the call before, with a fault, so that the fallback speaks. */
const LAST_GOODBYE_MS = 60_000;

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
  /** The agent has not begun: there is no model yet. */
  #isEarly = false;

  constructor(
    ear: Ear,
    model: ModelMouth,
    listener: ConversationListener,
    manners: Manners,
    agent: Agent,
    recent: RecentAudio,
  ) {
    const tell = (event: ClientEvent) => model.tell(event);
    this.#listener = listener;
    this.#manners = manners;
    this.#transcript = new Transcript((saying) => {
      this.#succession.noteSaying(saying);
      listener.onSaying(saying);
    });
    this.#recent = recent;
    this.#responses = new Responses(tell, manners.modelAudioMs, (fault) => listener.onFault(fault));
    this.#gap = new LineGap((payload) => model.append(sliceOf(payload)));
    this.#gate =
      manners.minInterruptionMs > 0 ? new NoiseGate(manners.minInterruptionMs) : undefined;
    this.#voice = new AgentVoice(
      ear,
      {
        onAgentAudio: (itemId, payload, bytes, startsInMs) => {
          this.#silence?.stop();
          if (itemId === CLIP_ITEM) return listener.onClip(payload, startsInMs);
          this.#transcript.agentAudio(itemId, bytes, startsInMs);
          listener.onAgentAudio(payload, bytes, startsInMs);
        },
        onClear: () => listener.onClear(),
        onLateDelta: () => listener.onLateDelta(),
        onHeard: () => this.#turns.agentHeard(),
        onQuiet: () => {
          this.#pause();
          this.#noteWait();
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
    const { waitClip, waitMs, slowMs } = manners;
    this.#waitClip = new WaitClip({ session: waitMs, answer: slowMs }, () => {
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

  /** The caller is there before the model is. */
  expectModel(): void {
    this.#isEarly = true;
    this.#noteWait();
  }

  /** Goes on with a call that comes back from somebody else. */
  resume({ history, speaksFirst }: Resumption): void {
    this.#isEarly = false;
    for (const item of history) this.#addItem(item);
    if (speaksFirst) this.ask();
    else this.#silence?.begin();
    this.#noteWait();
  }

  /**
   * The agent speaks first, or waits for the caller where it has no greeting.
   * @param consent is said before everything else, and cannot be cut.
   */
  begin(greeting: string | undefined, consent?: string): void {
    this.#isEarly = false;
    if (consent !== undefined) this.#turns.open('consent', consent);
    else if (greeting !== undefined) this.#turns.open('greeting', greeting);
    else if (this.#turns.owesAnswer) this.ask();
    else this.#silence?.begin();
    this.#noteWait();
  }

  /** Asks the model for a response, as soon as one may be asked for. */
  ask(request?: ResponseRequest): void {
    this.#responses.ask(request);
    this.#noteWait();
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
    this.#waitClip.stop();
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
      case 'response.output_audio.done':
      case 'response.done':
        this.#voice.endPart();
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
    this.#noteWait();
  }

  /** The model is lost: what was sent plays on, and what is asked for waits for another one. */
  loseModel(): void {
    if (this.#succession.isLost) return;
    this.#voice.endPart();
    this.#succession.lose();
    this.#toolbox.lose();
    this.#gap.stop();
    this.#gate?.reset();
    this.#silence?.stop();
    this.#noteWait();
  }

  /** Another session is there, and is given the conversation. */
  replaceModel(): void {
    if (!this.#succession.isLost) this.#toolbox.lose();
    this.#succession.replace();
    this.#pause();
    this.#noteWait();
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

  /** Whoever is there hears no clip before the agent begins: it is a machine. */
  hush(): void {
    this.#isEarly = false;
    this.#noteWait();
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

  #noteWait(): void {
    this.#waitClip.watch(this.#awaited, this.#voice.isQuiet);
  }

  /** A tool at work has words of its own for those who wait. */
  get #awaited(): Awaited | undefined {
    if (!this.#listens) return undefined;
    if (this.#isEarly || this.#succession.isLost) return 'session';
    return this.#turns.isOwed && !this.#toolbox.isBusy ? 'answer' : undefined;
  }

  #noteQuiet(): void {
    if (this.isQuiet) this.#listener.onQuiet();
  }

  get #isSpeaking(): boolean {
    return !this.#responses.isIdle || !this.#voice.isQuiet;
  }

  /** Something has ended; where nothing else goes on, nobody speaks now. */
  #pause(): void {
    if (this.#isSpeaking || this.#isEarly) return;
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
