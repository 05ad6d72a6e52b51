import type { AdmissionGrant, AdmissionRequest } from '@realtime-phone/protocol/admission';
import { writeStreamPath } from '@realtime-phone/protocol/bridge-node';
import type { CallEvent } from '@realtime-phone/protocol/call-event';
import { CodedError } from '@realtime-phone/protocol/errors';
import type { NextRequest, NextStep } from '@realtime-phone/protocol/next';
import type { Logger } from 'pino';
import type { Agent } from '../agent/agent-file';
import type { AgentShelf } from '../agent/agent-shelf';
import { renderAgent } from '../agent/rendering';
import { describeUnanswered } from '../outbound/unanswered';
import type { WaitingCalls } from '../outbound/waiting-calls';
import type { CallRecord } from '../records/call-record';
import type { CallStore } from '../records/call-store';
import { Call } from './call';
import { explainEvent, type Course } from './course';
import { Courses } from './courses';
import { describeReturn, HandOvers, type Resumption, wasConnected } from './hand-over';
import type { CallSurroundings } from './surroundings';

/** How long a process lingers after its last call, so that `/stream-ended` gets its answer. */
const LINGER_MS = 2_000;
/** How long the goodbye may take to be heard once the drain has lasted long enough. */
const GOODBYE_MS = 15_000;

/**
 * The calls of one bridge: who is let in, who is there, and what comes next for one that ended.
 */
export class Calls {
  readonly #around: CallSurroundings;
  readonly #agents: AgentShelf;
  readonly #store: CallStore;
  readonly #courses: Courses;
  readonly #log: Logger;
  readonly #waiting: WaitingCalls;
  readonly #live = new Map<string, { readonly call: Call; readonly course: Course }>();
  readonly #handOvers = new HandOvers();
  #draining = false;
  #lastEndAtMs = -Infinity;
  #onEmpty: (() => void) | undefined;

  constructor(
    around: CallSurroundings,
    agents: AgentShelf,
    store: CallStore,
    log: Logger,
    waiting: WaitingCalls,
  ) {
    this.#waiting = waiting;
    this.#around = around;
    this.#agents = agents;
    this.#store = store;
    this.#log = log;
    this.#courses = new Courses(around, store, log);
  }

  /** What `/readyz` shows. */
  describe(): { calls: number; capacity: number; accepting: boolean; draining: boolean } {
    const calls = this.#live.size;
    const capacity = this.#around.config.MAX_CALLS;
    return {
      calls,
      capacity,
      accepting: !this.#draining && calls < capacity,
      draining: this.#draining,
    };
  }

  /** Calls that are admitted or streaming. */
  get size(): number {
    return this.#live.size;
  }

  /** Bytes that wait for models, and for Twilio, of all calls. */
  get queuedBytes(): { readonly model: number; readonly twilio: number } {
    const queued = { model: 0, twilio: 0 };
    for (const { call } of this.#live.values()) {
      const { model, twilio } = call.queuedBytes;
      queued.model += model;
      queued.twilio += twilio;
    }
    return queued;
  }

  /**
   * Lets a call in: opens its model session at once, so that it is warm when audio comes. A call
   * that was let in already keeps its session and gets a new token.
   * @throws CodedError `bridge_draining`, `bridge_full`, `bridge_busy`, `call_already_streaming`, `agent_unknown`,
   * `outbound_call_unknown`, or an `agent_variable_…`; the record of the call then says so.
   */
  admit(request: AdmissionRequest): AdmissionGrant {
    try {
      return this.#admit(request);
    } catch (error) {
      if (error instanceof CodedError && !this.#live.has(request.callSid))
        this.#noteNotAdmitted(request, error);
      throw error;
    }
  }

  #noteNotAdmitted({ callId, ...request }: AdmissionRequest, fault: CodedError): void {
    const past = this.#courses.readPast(request.callSid);
    const agent = request.agent ?? this.#around.config.AGENT;
    // A callId that is not this call's must not lead to its record.
    const own = fault.code === 'outbound_call_unknown' || callId === undefined ? {} : { callId };
    const course =
      past === undefined
        ? this.#courses.open({ ...request, ...own }, agent)
        : this.#courses.resume(past);
    course.refuseAdmission(fault);
  }

  #admit(request: AdmissionRequest): AdmissionGrant {
    const { config } = this.#around;
    const known = this.#live.get(request.callSid);
    if (known?.call.phase === 'streaming') throw new CodedError('call_already_streaming');
    if (known !== undefined) return this.#grant(known.call);
    // The phone of a placed call rings already; nobody shall answer it to hear the fallback.
    if (this.#draining && !this.#waiting.has(request.callId))
      throw new CodedError('bridge_draining');
    if (this.#live.size >= config.MAX_CALLS) {
      throw new CodedError('bridge_full', `${this.#live.size} of ${config.MAX_CALLS}`);
    }
    const { load } = this.#around;
    // With nobody on the line there is nobody who would suffer.
    if (load.isOverloaded && this.#hasStreams)
      throw new CodedError('bridge_busy', `late by ${Math.round(load.lagMs)} ms`);
    const placed =
      request.callId === undefined
        ? undefined
        : this.#waiting.claim(request.callId, request.callSid);
    const name = placed?.agent ?? request.agent ?? config.AGENT;
    return this.#open(request, this.prepareAgent(name, placed?.variables ?? {}));
  }

  get #hasStreams(): boolean {
    return [...this.#live.values()].some(({ call }) => call.phase === 'streaming');
  }

  #open(request: AdmissionRequest, agent: Agent, resumption?: Resumption): AdmissionGrant {
    const { metrics, config } = this.#around;
    const course = this.#courses.open(request, agent.name);
    course.record.node = config.BRIDGE_NODE;
    if (agent.on_failure !== undefined) course.record.sayOnFailure = agent.on_failure.say;
    course.note('call admitted', {
      agent: agent.name,
      direction: request.direction,
      from: course.record.from,
      to: course.record.to,
    });
    metrics.admitted.inc();
    const call = new Call(
      request,
      agent,
      course,
      this.#around,
      (ended) => {
        const { handedOver: step } = ended;
        // Twilio lets a transfer show the number that it has; any other it refuses (13214).
        const ours = request.direction === 'inbound' ? request.to : request.from;
        if (step?.action === 'dial')
          this.#handOvers.add(call.callSid, { request, agent, step: { ...step, callerId: ours } });
        else if (step !== undefined) this.#handOvers.add(call.callSid, { request, agent, step });
        this.#remove(ended);
      },
      resumption,
    );
    this.#live.set(request.callSid, { call, course });
    course.save();
    return this.#grant(call);
  }

  /**
   * The agent of a call, with its variables filled in.
   * @throws CodedError `agent_unknown`, or what is wrong with the variables.
   */
  prepareAgent(name: string, variables: Readonly<Record<string, string>>): Agent {
    return renderAgent(this.#agents.take(name), variables);
  }

  /** Opens the record of a call that Twilio has taken; one that was admitted has its own already. */
  recordPlaced(request: AdmissionRequest & { readonly agent: string }): void {
    if (this.read(request.callSid) !== undefined) return;
    const course = this.#courses.open(request, request.agent);
    course.record.node = this.#around.config.BRIDGE_NODE;
    const { callId } = request;
    course.note('call placed', { callId, agent: request.agent, to: course.record.to });
    course.save();
  }

  /** Opens and closes the record of a call that Twilio would not place. */
  recordRefused(request: AdmissionRequest & { readonly agent: string }, fault: CodedError): void {
    this.#courses.open(request, request.agent).end('bridge', fault, 0);
  }

  /** Ends the record of a placed call that never came to talk. */
  endUnconnected(callSid: string, fault: CodedError): void {
    const record = this.#live.has(callSid) ? undefined : this.#courses.readPast(callSid);
    if (record?.callId === undefined) return;
    this.#waiting.forget(record.callId);
    if (record.endedAt === undefined && record.startedAt === undefined)
      this.#courses.resume(record).end('caller', fault, 0);
    this.#checkEmpty();
  }

  /**
   * Notes in the record of a call that its stream was refused. The record of a past call is touched
   * only by what Twilio has signed: these two are found after the signature.
   */
  noteRefusal(callSid: string, fault: CodedError): void {
    const live = this.#live.get(callSid);
    if (live !== undefined) return live.course.refuseStream(fault);
    const isSigned = fault.code === 'call_not_admitted' || fault.code === 'node_other';
    const record = isSigned ? this.#courses.readPast(callSid) : undefined;
    if (record === undefined) return;
    const course = this.#courses.resume(record);
    course.refuseStream(fault);
    course.save();
  }

  /**
   * The call that a stream is expected for.
   * @throws CodedError `call_not_admitted` or `call_already_streaming`.
   */
  expect(callSid: string): Call {
    const call = this.#live.get(callSid)?.call;
    if (call === undefined) throw new CodedError('call_not_admitted');
    if (call.phase === 'streaming') throw new CodedError('call_already_streaming');
    return call;
  }

  /** The node that a call is with, where that is another one: the store is shared, and says so. */
  findOtherNode(callSid: string): string | undefined {
    const own = this.#around.config.BRIDGE_NODE;
    if (own === undefined || this.#live.has(callSid)) return undefined;
    const node = this.#courses.readPast(callSid)?.node;
    return node === own ? undefined : node;
  }

  /**
   * What Twilio shall do with a call whose stream has ended.
   * @throws CodedError `call_unknown`.
   */
  decideNext(callSid: string, request: NextRequest): NextStep {
    // Twilio may be here before its socket is seen to close; for the call the stream is over.
    const live = this.#live.get(callSid);
    if (live?.call.phase === 'streaming')
      live.call.endStream(new CodedError('stream_lost', 'Twilio went on'));
    // A stream that never came, or was refused at its start, does not come later either.
    else if (request.reason === 'stream-ended')
      live?.call.end('stream', new CodedError('stream_lost', 'it ended before its start'));
    const record = live?.course.record ?? this.#courses.readPast(callSid);
    if (record === undefined) throw new CodedError('call_unknown');
    const step = this.#comeBack(callSid, request, record) ?? nextAfter(record, request);
    this.#log.info(
      { callSid, reason: request.reason, try: request.try, action: step.action },
      'next decided',
    );
    return step;
  }

  /** The next step of a call that is with somebody else, or comes back from there. */
  #comeBack(callSid: string, request: NextRequest, record: CallRecord): NextStep | undefined {
    const handOver = this.#handOvers.find(callSid);
    if (request.reason === 'stream-ended') return handOver?.step;
    if (handOver === undefined) {
      // Asked once more: the answer was lost on the way, and the call still waits for its stream.
      const waiting = this.#live.get(callSid)?.call;
      return waiting?.phase === 'admitted' ? resumeWith(this.#grant(waiting)) : undefined;
    }
    this.#handOvers.remove(callSid);
    const resumption = describeReturn(handOver, request, record.turns);
    if (resumption === undefined) return { action: 'hangup' };
    return resumeWith(this.#open(handOver.request, handOver.agent, resumption));
  }

  /** Takes a status event; one of a call that is not known is only logged. */
  takeEvent(callSid: string, event: CallEvent): void {
    if (isOver(event)) {
      this.#handOvers.remove(callSid);
      this.#checkEmpty();
    }
    const { parameters } = event;
    const live = this.#live.get(callSid);
    if (live !== undefined) {
      live.course.event(event);
      // A stop, the close of the socket and this are three ways to learn of the same end.
      if (isOver(event)) live.call.end('caller');
      else if (event.source === 'call-status') live.call.takeAnsweredBy(parameters.AnsweredBy);
      return;
    }
    const record = this.#courses.readPast(callSid);
    if (record !== undefined) {
      this.#courses.resume(record).event(event);
      const fault = new CodedError('outbound_call_not_answered', describeUnanswered(parameters));
      if (isOver(event)) this.endUnconnected(callSid, fault);
      return;
    }
    if (this.#waiting.early.hold(callSid, event)) return;
    this.#log.info(
      { callSid, source: event.source },
      'status event of a call that was not admitted',
    );
    const fault = explainEvent(parameters);
    if (fault === undefined) return;
    const { code, name, cause, remedy } = fault;
    this.#log.warn({ callSid, ...fault }, name);
    this.#around.lastErrors.note(code, `${name}: ${cause}`, remedy, callSid);
  }

  /** The record of a call, live or past, by its CallSid or the callId of a placed one. */
  read(id: string): CallRecord | undefined {
    const record = this.#live.get(id)?.course.record ?? this.#courses.readPast(id);
    return (record && this.#live.get(record.callSid)?.course.record) ?? record;
  }

  /** The newest records. */
  list(limit: number): readonly CallRecord[] {
    return this.#store.list(limit);
  }

  /**
   * Lets no more calls in and waits for those that are there, streams of admitted ones included, and
   * those that are about to be answered or to come back from pressing keys. After the limit the agents
   * say goodbye; what then is left is ended. With a limit of 0 it is ended at once.
   */
  async drain(limitMs: number): Promise<void> {
    this.#draining = true;
    if (!this.#isEmpty) {
      const empty = new Promise<void>((resolve) => (this.#onEmpty = resolve));
      let goodbye: NodeJS.Timeout | undefined;
      const cut = () => {
        this.endAll();
        this.#onEmpty?.();
      };
      const limit = setTimeout(() => {
        if (limitMs === 0) return cut();
        for (const { call } of this.#live.values()) call.sayGoodbye();
        goodbye = setTimeout(cut, GOODBYE_MS);
      }, limitMs);
      await empty;
      clearTimeout(limit);
      clearTimeout(goodbye);
    }
    const lingerMs = this.#lastEndAtMs + LINGER_MS - performance.now();
    if (lingerMs > 0) await new Promise((resolve) => setTimeout(resolve, lingerMs));
  }

  /** Ends every call. */
  endAll(): void {
    for (const { call } of [...this.#live.values()])
      call.end('bridge', new CodedError('bridge_stopped'));
  }

  #grant(call: Call): AdmissionGrant {
    const { token, expiresAtMs } = call.admit();
    const { PUBLIC_DOMAIN, BRIDGE_NODE } = this.#around.config;
    return {
      streamUrl: `wss://${PUBLIC_DOMAIN}${writeStreamPath(call.callSid, BRIDGE_NODE)}`,
      token,
      expiresAt: new Date(expiresAtMs).toISOString(),
    };
  }

  #remove(call: Call): void {
    if (this.#live.get(call.callSid)?.call === call) this.#live.delete(call.callSid);
    this.#lastEndAtMs = performance.now();
    this.#checkEmpty();
  }

  get #isEmpty(): boolean {
    return this.#live.size + this.#waiting.size === 0 && !this.#handOvers.willComeBack;
  }

  #checkEmpty(): void {
    if (this.#isEmpty) this.#onEmpty?.();
  }
}

/** Source: https://www.twilio.com/docs/voice/api/call-resource#call-status-values */
const OVER: ReadonlySet<string> = new Set(['completed', 'busy', 'failed', 'no-answer', 'canceled']);

function isOver({ source, parameters }: CallEvent): boolean {
  return source === 'call-status' && OVER.has(parameters.CallStatus ?? '');
}

function resumeWith({ streamUrl, token }: AdmissionGrant): NextStep {
  return { action: 'resume', streamUrl, token };
}

/** What is left to do for a call that nobody has: a fault, or a transfer that failed, is made good. */
function nextAfter(
  { end, sayOnFailure: say }: CallRecord,
  { reason, dialCallStatus }: NextRequest,
): NextStep {
  const wentWell = end !== undefined && (end.code === undefined || end.code === 'call_too_long');
  const isServed = reason === 'stream-ended' || wasConnected(dialCallStatus);
  if (wentWell && isServed) return { action: 'hangup' };
  return { action: 'fallback', ...(say === undefined ? {} : { say }) };
}
