import { type Base64Slice, countSliceBytes } from '@realtime-phone/protocol/base64';
import { CodedError } from '@realtime-phone/protocol/errors';
import type { ClientEvent } from '@realtime-phone/protocol/realtime/client-events';
import type { ServerEvent, SessionState } from '@realtime-phone/protocol/realtime/server-events';
import type { Agent } from '../agent/agent-file';
import { ModelLeg, type Replacement } from '../model/model-leg';
import type { Course } from './course';
import { changeListening, findOtherTurnDetection, type Listening } from './manners';
import type { ModelMouth } from './model-mouth';
import type { CallSurroundings } from './surroundings';

/** What a call has to do for its model. */
export interface CallModelListener {
  /** The first session is there. */
  onReady(): void;
  onEvent(event: ServerEvent): void;
  onLost(): void;
  onReplaced(): void;
  /** There is no model any more. */
  onDown(fault: CodedError): void;
  isQuiet(): boolean;
}

/** The model of one call: its leg, and what of it goes into log, record and metrics. */
export class CallModel implements ModelMouth {
  readonly #agent: Agent;
  readonly #course: Course;
  readonly #around: CallSurroundings;
  readonly #leg: ModelLeg;
  #listening: Listening;

  constructor(
    callSid: string,
    agent: Agent,
    course: Course,
    around: CallSurroundings,
    listening: Listening,
    listener: CallModelListener,
  ) {
    this.#agent = agent;
    this.#course = course;
    this.#around = around;
    this.#listening = listening;
    const { config, endpoints, metrics, lastModel, outbox } = around;
    const openedAtMs = performance.now();
    this.#leg = new ModelLeg(
      {
        ...{ callSid, endpoints, model: agent.model, outbox },
        describe: (provider) => provider.session(agent, this.#listening),
        limits: {
          reconnectTries: config.MODEL_RECONNECT_TRIES,
          reconnectMs: config.MODEL_RECONNECT_MS,
          readyMs: config.MODEL_READY_MS,
          renewMs: config.MODEL_RENEW_S * 1_000,
          maxQueuedBytes: config.MAX_CALLER_AUDIO_BYTES * 4,
        },
      },
      {
        onCreated: ({ id, model }) =>
          course.note('model session created', { sessionId: id, model }),
        onReady: (state) => {
          lastModel.noteReady();
          metrics.modelReadyS.observe(course.noteModelReady(openedAtMs) / 1_000);
          this.#compareTurnDetection(state);
          listener.onReady();
        },
        onEvent: (event) => {
          if (event.type === 'error') this.#noteError(event);
          listener.onEvent(event);
        },
        onLost: (fault) => {
          this.#noteLost(fault);
          listener.onLost();
        },
        onReplaced: (replacement) => {
          this.#noteReplaced(replacement);
          listener.onReplaced();
        },
        onDown: (fault) => listener.onDown(fault),
        isQuiet: () => listener.isQuiet(),
      },
    );
  }

  /** True while the model can be talked to. */
  get isReady(): boolean {
    return this.#leg.isReady;
  }

  /** Why it cannot be talked to, where a session failed. */
  get fault(): CodedError | undefined {
    return this.#leg.fault;
  }

  /** True where no session can be had. */
  get isDown(): boolean {
    return this.#leg.isDown;
  }

  /** Bytes that the model has not taken yet. */
  get queuedBytes(): number {
    return this.#leg.queuedBytes;
  }

  /** Begins anew where all had been given up. */
  reopen(): void {
    this.#leg.reopen();
  }

  /** @returns true where another endpoint is tried, since the first takes too long. */
  leaveSlow(fault: CodedError): boolean {
    return this.#leg.leaveSlow(fault);
  }

  /** Gives up a session that fails the call, and gets another one. */
  fail(fault: CodedError): void {
    this.#leg.fail(fault);
  }

  /** Nobody speaks now. */
  noteQuiet(): void {
    this.#leg.noteQuiet();
  }

  tell(event: ClientEvent): void {
    this.#leg.send(event);
  }

  append(audio: Base64Slice): void {
    if (!this.#leg.isReady) return;
    const bytes = countSliceBytes(audio);
    this.#leg.appendAudio(audio);
    this.#course.record.callerBytes += bytes;
    this.#around.metrics.audio.callerBytes += bytes;
  }

  listen(listening: Listening): void {
    this.#listening = listening;
    this.#leg.send(changeListening(this.#agent, listening));
  }

  /** The call is over. */
  close(): void {
    this.#leg.close();
  }

  #noteLost(fault: CodedError): void {
    const { metrics, lastModel } = this.#around;
    lastModel.noteFault(fault);
    metrics.modelLost.inc({ code: fault.code });
    this.#course.loseModel(fault);
  }

  #noteReplaced({ why, tookMs, endpoint, sessionId }: Replacement): void {
    const { metrics, lastModel } = this.#around;
    lastModel.noteReady();
    metrics.modelReplaced.inc({ why });
    if (why === 'lost') metrics.modelReplacedS.observe(tookMs / 1_000);
    this.#course.note('model session replaced', { why, tookMs, endpoint, sessionId });
  }

  /** Most errors leave the session open; ending a call for one would be the larger fault. */
  #noteError({ error }: Extract<ServerEvent, { type: 'error' }>): void {
    const { metrics, lastErrors } = this.#around;
    metrics.modelErrors.inc({ code: lastErrors.hideSecrets(error.code).slice(0, 64) });
    this.#course.fault(new CodedError('model_error', `${error.code} ${error.message}`));
  }

  #compareTurnDetection({ turnDetection: confirmed }: SessionState): void {
    const asked = findOtherTurnDetection(this.#agent, this.#listening, confirmed);
    if (asked === undefined) return;
    this.#course.log.warn(
      { asked, confirmed },
      'the model confirmed another turn detection than was asked for',
    );
  }
}
