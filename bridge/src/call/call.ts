import type { AdmissionRequest } from '@realtime-phone/protocol/admission';
import { countBase64Bytes } from '@realtime-phone/protocol/base64';
import { checkCallToken, makeCallToken } from '@realtime-phone/protocol/call-token';
import { CodedError } from '@realtime-phone/protocol/errors';
import type { ServerEvent, SessionState } from '@realtime-phone/protocol/realtime/server-events';
import type { Logger } from 'pino';
import type { Agent } from '../agent/agent-file';
import type { Config } from '../config';
import type { MediaStream, StreamStart } from '../media-stream/media-stream';
import type { Metrics } from '../metrics';
import { ModelSession } from '../model/model-session';
import type { Provider } from '../model/openai';
import type { EndedBy } from '../records/call-record';
import { CallerAudio } from './caller-audio';
import type { Course } from './course';
import { TurnTaking } from './turn-taking';

/** What every call of a bridge shares. */
export interface CallSurroundings {
  readonly config: Config;
  readonly provider: Provider;
  readonly metrics: Metrics;
}

/** The token of an admission and when it runs out, in Unix milliseconds. */
export interface Ticket {
  readonly token: string;
  readonly expiresAtMs: number;
}

/**
 * One call: admitted (the model session is opening or warm), streaming (the two legs are joined),
 * ended. Either leg's end ends the other, so that nobody is left in silence.
 */
export class Call {
  readonly callSid: string;
  readonly agent: Agent;
  readonly #around: CallSurroundings;
  readonly #course: Course;
  readonly #log: Logger;
  readonly #onEnd: (call: Call) => void;
  readonly #callerAudio: CallerAudio;
  #phase: 'admitted' | 'streaming' | 'ended' = 'admitted';
  #ticket: Ticket | undefined;
  #model: ModelSession;
  #modelFault: CodedError | undefined;
  #stream: MediaStream | undefined;
  #turns: TurnTaking | undefined;
  #startedAtMs = 0;
  #unclaimed: NodeJS.Timeout | undefined;
  #readyWatch: NodeJS.Timeout | undefined;
  #lengthWatch: NodeJS.Timeout | undefined;

  constructor(
    request: AdmissionRequest,
    agent: Agent,
    course: Course,
    around: CallSurroundings,
    onEnd: (call: Call) => void,
  ) {
    this.callSid = request.callSid;
    this.agent = agent;
    this.#course = course;
    this.#log = course.log;
    this.#around = around;
    this.#onEnd = onEnd;
    this.#callerAudio = new CallerAudio(around.config.MAX_CALLER_AUDIO_BYTES);
    this.#model = this.#openModel();
  }

  /** Whether a stream may still come for this call, or has come. */
  get phase(): 'admitted' | 'streaming' | 'ended' {
    return this.#phase;
  }

  /** Gives a new token in place of the last one, and opens the model again if it was lost. */
  admit(): Ticket {
    const { ADMISSION_S, BRIDGE_SECRET } = this.#around.config;
    const expiresAtMs = Date.now() + ADMISSION_S * 1_000;
    this.#ticket = { token: makeCallToken(BRIDGE_SECRET, this.callSid, expiresAtMs), expiresAtMs };
    clearTimeout(this.#unclaimed);
    this.#unclaimed = setTimeout(
      () => this.end('bridge', new CodedError('admission_expired')),
      ADMISSION_S * 1_000,
    );
    if (this.#modelFault !== undefined) {
      this.#modelFault = undefined;
      this.#model = this.#openModel();
    }
    return this.#ticket;
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
    checkCallToken(config.BRIDGE_SECRET, this.callSid, token, Date.now());
    if (token !== this.#ticket?.token)
      throw new CodedError('token_invalid', 'a newer one was given');
    this.#ticket = undefined;
    clearTimeout(this.#unclaimed);
    this.#phase = 'streaming';
    this.#stream = stream;
    this.#startedAtMs = performance.now();
    this.#course.note('media stream started');
    this.#lengthWatch = setTimeout(
      () => this.end('bridge', new CodedError('call_too_long', `${config.MAX_CALL_S} s`)),
      config.MAX_CALL_S * 1_000,
    );
    if (this.#modelFault !== undefined) return this.end('model', this.#modelFault);
    if (this.#model.isReady) return this.#startAgent(stream);
    this.#readyWatch = setTimeout(
      () =>
        this.end(
          'model',
          new CodedError('model_not_ready', `${config.MODEL_READY_MS} ms after start`),
        ),
      config.MODEL_READY_MS,
    );
  }

  /** Takes caller audio, a base64 payload; before the agent has started it is kept. */
  takeCallerAudio(payload: string): void {
    try {
      if (this.#turns === undefined) this.#callerAudio.keep(payload);
      else this.#passToModel(payload);
    } catch (error) {
      this.#endWith('model', error);
    }
  }

  /** Takes a mark that Twilio sent back. */
  takeMark(name: string): void {
    this.#turns?.takeMark(name);
  }

  /** Takes a key that the caller pressed. */
  takeDigit(): void {
    this.#course.note('key pressed');
  }

  /** Takes the end of the stream. */
  endStream(fault: CodedError | undefined): void {
    this.end(fault === undefined ? 'caller' : 'stream', fault);
  }

  /** Ends the call, both legs; a second end is none. */
  end(by: EndedBy, fault?: CodedError): void {
    if (this.#phase === 'ended') return;
    const wasStreaming = this.#phase === 'streaming';
    this.#phase = 'ended';
    for (const watch of [this.#unclaimed, this.#readyWatch, this.#lengthWatch]) clearTimeout(watch);
    const heardMs = this.#turns?.heardMs() ?? 0;
    this.#turns?.stop();
    this.#model.close();
    this.#stream?.close(fault);
    if (wasStreaming) this.#course.note('media stream stopped', { heardMs });
    this.#course.end(by, fault, heardMs);
    this.#around.metrics.ended.inc({ by, code: fault?.code ?? '' });
    this.#onEnd(this);
  }

  #openModel(): ModelSession {
    const { config, provider, metrics } = this.#around;
    const openedAtMs = performance.now();
    const session: ModelSession = new ModelSession(
      { url: provider.url(), headers: provider.headers() },
      provider.session(this.agent),
      {
        onCreated: ({ id, model }) =>
          this.#course.note('model session created', { sessionId: id, model }),
        onReady: (state) => {
          metrics.modelReadyS.observe((performance.now() - openedAtMs) / 1_000);
          this.#compareTurnDetection(state);
          if (this.#stream !== undefined) this.#startAgent(this.#stream);
        },
        onEvent: (event) => this.#takeModelEvent(event),
        onFault: (fault) => {
          this.#modelFault = fault;
          this.#log.warn(
            { code: fault.code, detail: fault.detail, remedy: fault.fault.remedy },
            'model session lost',
          );
          if (this.#phase === 'streaming') this.end('model', fault);
        },
      },
      { maxQueuedBytes: config.MAX_CALLER_AUDIO_BYTES * 4 },
    );
    return session;
  }

  #startAgent(stream: MediaStream): void {
    const { config, metrics } = this.#around;
    clearTimeout(this.#readyWatch);
    this.#turns = new TurnTaking(
      stream,
      (event) => this.#model.send(event),
      {
        onAgentAudio: (bytes) => {
          metrics.agentBytes.inc(bytes);
          const { record } = this.#course;
          record.agentBytes += bytes;
          if (record.firstAgentAudioMs !== undefined) return;
          record.firstAgentAudioMs = Math.round(performance.now() - this.#startedAtMs);
          metrics.firstAgentAudioS.observe(record.firstAgentAudioMs / 1_000);
        },
        onBargeIn: (cuts) => {
          metrics.bargeIns.inc();
          this.#course.record.bargeIns += 1;
          this.#course.note('barge-in', { cuts });
        },
        onLateDelta: () => metrics.lateDeltas.inc(),
      },
      {
        interruptible: this.agent.turn_detection.interrupt_response,
        answersByItself: this.agent.turn_detection.create_response,
        modelAudioMs: config.MODEL_AUDIO_MS,
        maxUnheardBytes: config.MAX_AGENT_AUDIO_BYTES,
      },
      (fault) => this.end('model', fault),
    );
    for (const payload of this.#callerAudio.release()) this.#passToModel(payload);
    this.#course.note('agent started', { agent: this.agent.name });
    if (this.agent.greeting !== undefined) this.#turns.greet(this.agent.greeting);
  }

  #passToModel(payload: string): void {
    const bytes = countBase64Bytes(payload);
    this.#model.appendAudio(payload);
    this.#course.record.callerBytes += bytes;
    this.#around.metrics.callerBytes.inc(bytes);
  }

  #takeModelEvent(event: ServerEvent): void {
    try {
      if (event.type === 'error') this.#noteModelError(event);
      if (event.type === 'conversation.item.input_audio_transcription.completed') {
        this.#course.say('caller', event.transcript);
      } else if (event.type === 'response.output_audio_transcript.done') {
        this.#course.say('agent', event.transcript);
      } else this.#turns?.takeEvent(event);
    } catch (error) {
      this.#endWith('model', error);
    }
  }

  /** Most errors leave the session open; ending a call for one would be the larger fault. */
  #noteModelError({ error }: Extract<ServerEvent, { type: 'error' }>): void {
    this.#around.metrics.modelErrors.inc({ code: error.code });
    this.#course.fault(new CodedError('model_error', `${error.code} ${error.message}`));
  }

  /** The model may go on with other numbers than it was given; that explains odd turns. */
  #compareTurnDetection({ turnDetection }: SessionState): void {
    const differing = Object.entries(this.agent.turn_detection).filter(
      ([name, value]) => name in turnDetection && turnDetection[name] !== value,
    );
    if (differing.length === 0) return;
    this.#log.warn(
      { asked: Object.fromEntries(differing), confirmed: turnDetection },
      'the model confirmed another turn detection than was asked for',
    );
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
