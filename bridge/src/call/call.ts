import type { AdmissionRequest } from '@realtime-phone/protocol/admission';
import { sliceOf } from '@realtime-phone/protocol/base64';
import { CodedError } from '@realtime-phone/protocol/errors';
import type { ServerEvent } from '@realtime-phone/protocol/realtime/server-events';
import type { Agent } from '../agent/agent-file';
import type { CallerFrame } from '../media-stream/caller-frame';
import type { MediaStream, StreamCall, StreamStart } from '../media-stream/media-stream';
import { isOfOneCall } from '../model/model-faults';
import { Recorder } from '../recording/recorder';
import type { EndedBy } from '../records/call-record';
import { leftOfCallMs, longestCallS } from './call-length';
import { CallModel } from './call-model';
import { CallerAudio } from './caller-audio';
import type { Course } from './course';
import { Conversation } from './conversation';
import { FrameLateness } from './frame-lateness';
import type { HandOverStep, Resumption } from './hand-over';
import { describeManners, type Listening, listeningToGreeting } from './manners';
import { RecentAudio } from './recent-audio';
import { StreamArrival } from './stream-arrival';
import type { CallSurroundings } from './surroundings';
import { checkTicket, makeTicket, type Ticket } from './ticket';

/**
 * One call: admitted (the model session is opening or warm), streaming (the two legs are joined),
 * ended. Either leg's end ends the other, so that nobody is left in silence.
 */
export class Call implements StreamCall {
  readonly callSid: string;
  readonly agent: Agent;
  readonly #around: CallSurroundings;
  readonly #course: Course;
  readonly #onEnd: (call: Call) => void;
  readonly #callerAudio: CallerAudio;
  readonly #arrival: StreamArrival;
  readonly #resumption: Resumption | undefined;
  readonly #recorder: Recorder;
  readonly #lateness = new FrameLateness();
  #handedOver: HandOverStep | undefined;
  #phase: 'admitted' | 'streaming' | 'ended' = 'admitted';
  #ticket: Ticket | undefined;
  readonly #model: CallModel;
  #stream: MediaStream | undefined;
  /** The conversation, from the moment that the stream is there. */
  #joined: Conversation | undefined;
  #hasAgent = false;
  #startedAtMs = 0;
  /** Twilio's AnsweredBy, where a machine has answered. */
  #machine: string | undefined;
  #unclaimed: NodeJS.Timeout | undefined;
  #readyWatch: NodeJS.Timeout | undefined;
  #lengthWatch: NodeJS.Timeout | undefined;

  constructor(
    request: AdmissionRequest,
    agent: Agent,
    course: Course,
    around: CallSurroundings,
    onEnd: (call: Call) => void,
    resumption?: Resumption,
  ) {
    this.#resumption = resumption;
    this.callSid = request.callSid;
    this.agent = agent;
    this.#course = course;
    this.#around = around;
    this.#onEnd = onEnd;
    this.#callerAudio = new CallerAudio(around.config.MAX_CALLER_AUDIO_BYTES);
    this.#recorder = new Recorder(around.recordings, agent, course, around.metrics);
    this.#arrival = new StreamArrival(around.config.STREAM_ARRIVAL_S, (limitS) => {
      around.metrics.notArrived.inc();
      course.fault(new CodedError('stream_not_arrived', `${limitS} s after the admission`));
      course.save();
    });
    this.#model = new CallModel(request.callSid, agent, course, around, this.#firstListening, {
      onReady: () => {
        if (this.#joined !== undefined) this.#startAgent(this.#joined);
      },
      onEvent: (event) => this.#takeModelEvent(event),
      onLost: () => this.#conversation?.loseModel(),
      onReplaced: () => this.#conversation?.replaceModel(),
      onDown: (fault) => {
        if (this.#phase === 'streaming') this.end('model', fault);
      },
      isQuiet: () => this.#conversation?.isQuiet ?? false,
    });
  }

  /** Whether a stream may still come for this call, or has come. */
  get phase(): 'admitted' | 'streaming' | 'ended' {
    return this.#phase;
  }

  /** What Twilio is to do with the call now that its stream has ended, where that is not all. */
  get handedOver(): HandOverStep | undefined {
    return this.#handedOver;
  }

  /** Gives a new token in place of the last one, and opens the model again if it was lost. */
  admit(): Ticket {
    const { ADMISSION_S, BRIDGE_SECRET } = this.#around.config;
    const ticket = makeTicket(BRIDGE_SECRET, this.callSid, ADMISSION_S);
    this.#ticket = ticket;
    clearTimeout(this.#unclaimed);
    this.#arrival.expect();
    this.#unclaimed = setTimeout(
      () => this.end('bridge', new CodedError('admission_expired')),
      ADMISSION_S * 1_000,
    );
    this.#model.reopen();
    return ticket;
  }

  /** A stream of this call was let in; its `start` is still to come. */
  noteStream(): void {
    this.#around.metrics.arrived.inc();
    const afterS = this.#arrival.arrive();
    if (afterS !== undefined) this.#course.note('media stream arrived late', { afterS });
  }

  /**
   * Joins a stream to the call, once its `start` has shown the token.
   * @throws CodedError where the stream is not this call's; the call then waits on for its own.
   */
  claim(stream: MediaStream, start: StreamStart): void {
    const { config } = this.#around;
    if (this.#phase === 'ended') throw new CodedError('call_not_admitted');
    if (this.#phase === 'streaming') throw new CodedError('call_already_streaming');
    if (start.callSid !== this.callSid) throw new CodedError('call_sid_mismatch');
    const { token } = start.customParameters;
    checkTicket(config, this.callSid, this.#ticket, token);
    this.#ticket = undefined;
    clearTimeout(this.#unclaimed);
    this.#phase = 'streaming';
    this.#stream = stream;
    this.#startedAtMs = performance.now();
    const longestS = longestCallS(this.agent, config);
    this.#lengthWatch = setTimeout(
      () => this.end('bridge', new CodedError('call_too_long', `${longestS} s`)),
      leftOfCallMs(this.#course.record, longestS),
    );
    this.#course.note('media stream started');
    const { fault } = this.#model;
    if (this.#model.isDown) return this.end('model', fault);
    const conversation = this.#join(stream);
    this.#joined = conversation;
    if (this.#model.isReady) return this.#startAgent(conversation);
    conversation.expectModel();
    this.#watchModel();
  }

  /** The conversation, once the agent takes part in it. */
  get #conversation(): Conversation | undefined {
    return this.#hasAgent ? this.#joined : undefined;
  }

  /** A model that takes too long at first: another one, or none. */
  #watchModel(): void {
    const { MODEL_READY_MS } = this.#around.config;
    this.#readyWatch = setTimeout(() => {
      const slow = new CodedError('model_not_ready', `${MODEL_READY_MS} ms after start`);
      if (this.#model.leaveSlow(slow)) this.#watchModel();
      else this.end('model', this.#model.fault ?? slow);
    }, MODEL_READY_MS);
  }

  /** Takes caller audio; before the agent has started it is kept. */
  takeCallerAudio(frame: CallerFrame): void {
    try {
      if (this.#machine !== undefined) return;
      if (frame.timestampMs !== undefined)
        this.#around.metrics.noteLateness(
          this.#lateness.note(frame.timestampMs, frame.arrivedAtMs),
        );
      this.#recorder.hear(frame, frame.timestampMs, frame.arrivedAtMs);
      if (this.#conversation === undefined) return this.#callerAudio.keep(frame.payload);
      this.#conversation.hear(frame, frame.arrivedAtMs);
      this.#model.append(frame);
    } catch (error) {
      this.#endWith('model', error);
    }
  }

  /** Bytes that wait for the model, and for Twilio, since they do not take them. */
  get queuedBytes(): { readonly model: number; readonly twilio: number } {
    return { model: this.#model.queuedBytes, twilio: this.#stream?.queuedBytes ?? 0 };
  }

  /** Takes a mark that Twilio sent back. */
  takeMark(name: string): void {
    this.#joined?.takeMark(name);
  }

  /** Takes a key that the caller pressed. */
  takeDigit(key: string): void {
    this.#course.note('key pressed');
    this.#conversation?.press(key);
  }

  /**
   * Takes what Twilio found out of who answered a placed call. A machine is reported at the end of
   * its greeting (`DetectMessageEnd`), so after the beep: the file's message is left, or none.
   * Source: https://www.twilio.com/docs/voice/answering-machine-detection
   */
  takeAnsweredBy(answeredBy: string | undefined): void {
    if (answeredBy === undefined || this.#machine !== undefined || this.#phase === 'ended') return;
    if (!/^(machine_|fax$)/.test(answeredBy)) return;
    this.#machine = answeredBy;
    this.#course.note('voicemail reached', { answeredBy });
    this.#recorder.discard();
    if (this.#conversation === undefined) this.#joined?.hush();
    const hasToWait = this.#conversation === undefined && this.agent.voicemail !== undefined;
    if (!hasToWait) this.#answerMachine();
  }

  /** Takes the end of the stream. */
  endStream(fault: CodedError | undefined): void {
    this.end(fault === undefined ? 'caller' : 'stream', fault);
  }

  /** Has the agent say goodbye, where there is one; once it is heard the call ends. */
  sayGoodbye(): void {
    this.#conversation?.sayGoodbye();
  }

  /** Ends the call, both legs; a second end is none. */
  end(by: EndedBy, fault?: CodedError): void {
    if (this.#phase === 'ended') return;
    const wasStreaming = this.#phase === 'streaming';
    this.#phase = 'ended';
    for (const watch of [this.#unclaimed, this.#readyWatch, this.#lengthWatch]) clearTimeout(watch);
    this.#arrival.stop();
    const heardMs = this.#joined?.heardMs ?? 0;
    this.#recorder.end();
    this.#joined?.stop();
    this.#model.close();
    this.#stream?.close(fault);
    if (wasStreaming) this.#course.note('media stream stopped', { heardMs });
    if (by === 'model' && fault !== undefined) this.#around.lastModel.noteFault(fault);
    this.#course.end(by, fault, heardMs);
    this.#around.metrics.ended.inc({ by, code: fault?.code ?? '' });
    this.#onEnd(this);
  }

  #join(stream: MediaStream): Conversation {
    const { config, metrics } = this.#around;
    const conversation: Conversation = new Conversation(
      stream,
      this.#model,
      {
        onAgentAudio: (payload, bytes, startsInMs) => {
          this.#recorder.say(payload, startsInMs);
          this.#noteAgentAudio(bytes);
        },
        onClip: (payload, startsInMs) => this.#recorder.say(payload, startsInMs),
        onClear: () => this.#recorder.clear(),
        onConsent: (wasHeard) => {
          if (this.#machine === undefined)
            this.#recorder.takeConsent(wasHeard, conversation.ledger);
        },
        onBargeIn: (cuts) => {
          metrics.bargeIns.inc();
          this.#course.record.bargeIns += 1;
          this.#course.note('barge-in', { cuts });
        },
        onLateDelta: () => metrics.lateDeltas.inc(),
        onSaying: (saying) => this.#course.say(saying),
        onNote: (what, details) => this.#course.note(what, details),
        onGoodbye: () => this.end('agent'),
        onHandOver: (step) => {
          this.#handedOver = step;
          this.#course.note('call handed over', { action: step.action });
          this.end('agent');
        },
        onOutcome: (outcome) => this.#course.report(outcome),
        onToolFault: (fault) => this.#course.fault(fault),
        onFault: (fault) => this.#model.fail(fault),
        onAskedAgain: (fault) => this.#course.fault(fault),
        onQuiet: () => this.#model.noteQuiet(),
      },
      describeManners(this.agent, config, this.#around.waitClips.find(this.agent)),
      this.agent,
      new RecentAudio(this.#around.audioLog, config.MAX_CALLER_AUDIO_BYTES, (bytes) =>
        metrics.callerAudioDropped.inc(bytes),
      ),
    );
    return conversation;
  }

  #startAgent(conversation: Conversation): void {
    clearTimeout(this.#readyWatch);
    this.#hasAgent = true;
    for (const audio of this.#callerAudio.release().map(sliceOf)) {
      conversation.hear(audio, performance.now());
      this.#model.append(audio);
    }
    this.#course.note('agent started', { agent: this.agent.name });
    if (this.#machine !== undefined) this.#answerMachine();
    else if (this.#resumption === undefined) {
      this.#recorder.expectConsent();
      conversation.begin(this.agent.greeting, this.#recorder.consent);
    } else {
      this.#recorder.resume(conversation.ledger);
      conversation.resume(this.#resumption);
    }
  }

  get #firstListening(): Listening {
    const comesBack = this.#resumption !== undefined;
    return this.#recorder.consent !== undefined && !comesBack
      ? 'to nobody'
      : listeningToGreeting(this.agent, comesBack);
  }

  #answerMachine(): void {
    const message = this.#machine === 'fax' ? undefined : this.agent.voicemail?.message;
    if (message === undefined) return this.end('agent');
    this.#course.note('leaving a message');
    this.#conversation?.leaveMessage(message);
  }

  #noteAgentAudio(bytes: number): void {
    const { metrics } = this.#around;
    const { record } = this.#course;
    metrics.audio.agentBytes += bytes;
    record.agentBytes += bytes;
    if (record.firstAgentAudioMs !== undefined) return;
    record.firstAgentAudioMs = Math.round(performance.now() - this.#startedAtMs);
    metrics.firstAgentAudioS.observe(record.firstAgentAudioMs / 1_000);
  }

  /** A model that fails the call is given up; what is the call's own ends it. */
  #takeModelEvent(event: ServerEvent): void {
    try {
      this.#course.takeModelEvent(event);
      this.#conversation?.takeEvent(event);
    } catch (error) {
      const isModels = error instanceof CodedError && !isOfOneCall(error);
      if (isModels) this.#model.fail(error);
      else this.#endWith('model', error);
    }
  }

  #endWith(by: EndedBy, error: unknown): void {
    this.end(
      by,
      error instanceof CodedError
        ? error
        : new CodedError('internal_error', undefined, { cause: error }),
    );
  }
}
