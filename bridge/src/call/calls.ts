import type { AdmissionGrant, AdmissionRequest } from '@realtime-phone/protocol/admission';
import { writeStreamPath } from '@realtime-phone/protocol/bridge-node';
import type { CallEvent } from '@realtime-phone/protocol/call-event';
import { CodedError } from '@realtime-phone/protocol/errors';
import type { NextRequest, NextStep } from '@realtime-phone/protocol/next';
import type { Logger } from 'pino';
import type { Agent } from '../agent/agent-file';
import type { AgentShelf } from '../agent/agent-shelf';
import { renderAgent } from '../agent/rendering';
import type { WaitingCall, WaitingCalls } from '../outbound/waiting-calls';
import type { CallRecord } from '../records/call-record';
import { requireModel } from '../model/breaker';
import type { CallStore } from '../records/call-store';
import { Call } from './call';
import { CallQueue } from './call-queue';
import type { Course } from './course';
import { CallerLimits } from './caller-limits';
import { Courses } from './courses';
import { Drain } from './drain';
import { isAskedAgain, isOver, nextAfter, resumeWith } from './next-step';
import { PastCalls } from './past-calls';
import { PlacedRecords } from './placed-records';
import { type Opening, type Return, Returns } from './returns';
import type { CallSurroundings } from './surroundings';
import { UnseenEnds } from './unseen-ends';

/**
 * The calls of one bridge: who is let in, who is there, and what comes next for one that ended.
 */
export class Calls {
  /** Of calls that the bridge placed. */
  readonly placed: PlacedRecords;
  /** Of calls whose end nobody saw. */
  readonly unseenEnds: UnseenEnds;
  readonly #around: CallSurroundings;
  readonly #agents: AgentShelf;
  readonly #store: CallStore;
  readonly #courses: Courses;
  readonly #past: PastCalls;
  readonly #log: Logger;
  readonly #waiting: WaitingCalls;
  readonly #live = new Map<string, { readonly call: Call; readonly course: Course }>();
  readonly #returns: Returns;
  readonly #queue = new CallQueue();
  readonly #callers: CallerLimits;
  readonly #drain = new Drain({
    isEmpty: () => this.#live.size + this.#waiting.size === 0 && !this.#returns.willComeBack,
    sayGoodbye: () => {
      for (const { call } of this.#live.values()) call.sayGoodbye();
    },
    endAll: () => this.endAll(),
  });

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
    this.#past = new PastCalls(this.#courses, waiting, around, log);
    this.#callers = new CallerLimits(around.config);
    const isLive = (callSid: string) => this.#live.has(callSid);
    this.placed = new PlacedRecords(
      this.#courses,
      this.#past,
      waiting,
      this.#queue,
      isLive,
      around.config.BRIDGE_NODE,
      () => this.#drain.check(),
    );
    this.unseenEnds = new UnseenEnds(
      store,
      this.#courses,
      this.#queue,
      (callSid, callId) => isLive(callSid) || waiting.has(callId) || this.#returns.isAway(callSid),
      around.config,
      log,
    );
    this.#returns = new Returns(around, this.#courses, store, {
      hasRoom: () => this.#hasRoom,
      prepareAgent: (name, variables) => this.prepareAgent(name, variables),
      open: (opening, back) => this.#open(opening, back.past, back),
    });
  }

  /** What `/readyz` shows. */
  describe(): { calls: number; capacity: number; accepting: boolean; draining: boolean } {
    const calls = this.#live.size;
    const capacity = this.#around.config.MAX_CALLS;
    return {
      calls,
      capacity,
      accepting: !this.#drain.hasBegun && this.#hasRoom,
      draining: this.#drain.hasBegun,
    };
  }

  /** Calls that are admitted or streaming. */
  get size(): number {
    return this.#live.size;
  }

  /** Bytes that wait for the model, and for Twilio, of each call. */
  get queuedBytes(): readonly { readonly model: number; readonly twilio: number }[] {
    return Array.from(this.#live.values(), ({ call }) => call.queuedBytes);
  }

  /**
   * Lets a call in: opens its model session at once, so that it is warm when audio comes. A call
   * that was let in already keeps its session and gets a new token.
   * @throws CodedError what `CallerLimits` throws, `bridge_draining`, `bridge_full`, `bridge_busy`, `model_down`, `call_already_streaming`, `agent_unknown`,
   * `outbound_call_unknown`, or an `agent_variable_…`; the record of the call then says so.
   */
  async admit(request: AdmissionRequest): Promise<AdmissionGrant> {
    const grant = await this.#queue.run(request.callSid, async () => {
      const past = await this.#readUnlessLive(request.callSid);
      const isHere = this.#waiting.has(request.callId);
      const placed = isHere ? undefined : await this.#returns.recallPlaced(request, past);
      try {
        return this.#admit(request, past, placed);
      } catch (error) {
        // Written before it is told: another node may have the call in a moment.
        if (error instanceof CodedError && !this.#live.has(request.callSid))
          await this.#courses.settle(this.#past.refuseAdmission(request, error, past));
        throw error;
      }
    });
    const course = this.#live.get(request.callSid)?.course;
    if (course !== undefined) await this.#courses.settle(course);
    return grant;
  }

  /** The past of a call; one that is live has its record here. */
  async #readUnlessLive(callSid: string): Promise<CallRecord | undefined> {
    return this.#live.has(callSid) ? undefined : this.#courses.readPast(callSid);
  }

  /** From here to the new call nothing is waited for, so that the limits are exact. */
  #admit(
    request: AdmissionRequest,
    past: CallRecord | undefined,
    recalled: WaitingCall | undefined,
  ): AdmissionGrant {
    const { config } = this.#around;
    const known = this.#live.get(request.callSid);
    if (known?.call.phase === 'streaming') throw new CodedError('call_already_streaming');
    if (known !== undefined) return this.#grant(known.call);
    // The phone of a placed call rings already; nobody shall answer it to hear the fallback.
    if (this.#drain.hasBegun && recalled === undefined && !this.#waiting.has(request.callId))
      throw new CodedError('bridge_draining');
    if (!this.#hasRoom)
      throw new CodedError('bridge_full', `${this.#live.size} of ${config.MAX_CALLS}`);
    this.#callers.check(request);
    const { load } = this.#around;
    // With nobody on the line there is nobody who would suffer.
    if (load.isOverloaded && this.#hasStreams)
      throw new CodedError(
        'bridge_busy',
        `late by ${Math.round(load.lagMs)} ms, busy for ${Math.round(load.busyShare * 100)} %`,
      );
    requireModel(this.#around.endpoints, request.callSid);
    const { callId } = request;
    const claim = () =>
      callId === undefined ? undefined : this.#waiting.claim(callId, request.callSid);
    const placed = recalled ?? claim();
    const name = placed?.agent ?? request.agent ?? config.AGENT;
    const variables = placed?.variables ?? {};
    const agent = this.prepareAgent(name, variables);
    this.#callers.note(request);
    return this.#open({ request, agent, variables }, past);
  }

  get #hasRoom(): boolean {
    return this.#live.size < this.#around.config.MAX_CALLS;
  }

  get #hasStreams(): boolean {
    return [...this.#live.values()].some(({ call }) => call.phase === 'streaming');
  }

  /** @param back where the call comes back: what it goes on with. */
  #open(opening: Opening, past: CallRecord | undefined, back?: Return): AdmissionGrant {
    const { request, agent, variables } = opening;
    const { metrics, config } = this.#around;
    const course = this.#courses.open(request, agent.name, past);
    course.record.node = config.BRIDGE_NODE;
    if (agent.on_failure !== undefined) course.record.sayOnFailure = agent.on_failure.say;
    course.note('call admitted', {
      agent: agent.name,
      direction: request.direction,
      from: course.record.from,
      to: course.record.to,
    });
    metrics.admitted.inc();
    const leave = this.#callers.enter(request);
    const call = new Call(
      request,
      agent,
      course,
      this.#around,
      (ended) => {
        this.#returns.noteEnd(opening, course, ended.handedOver);
        leave();
        this.#remove(ended);
      },
      back?.resumption,
    );
    this.#live.set(request.callSid, { call, course });
    const toolAnswers = back?.toolAnswers ?? [];
    course.keep({ request, agent: agent.name, variables, toolAnswers });
    // A message that was being left on an answering machine is left again.
    if (back !== undefined && agent.voicemail !== undefined)
      for (const { parameters } of course.record.statusEvents)
        call.takeAnsweredBy(parameters.AnsweredBy);
    return this.#grant(call);
  }

  /**
   * The agent of a call, with its variables filled in.
   * @throws CodedError `agent_unknown`, or what is wrong with the variables.
   */
  prepareAgent(name: string, variables: Readonly<Record<string, string>>): Agent {
    return renderAgent(this.#agents.take(name), variables);
  }

  /**
   * Notes in the record of a call that its stream was refused. The record of a past call is touched
   * only by what Twilio has signed: these two are found after the signature.
   */
  async noteRefusal(callSid: string, fault: CodedError): Promise<void> {
    const live = this.#live.get(callSid);
    live?.course.refuseStream(fault);
    const isSigned = fault.code === 'call_not_admitted' || fault.code === 'node_other';
    if (live !== undefined || !isSigned) return;
    await this.#queue.run(callSid, async () => {
      const past = await this.#courses.readPast(callSid);
      if (past !== undefined) this.#courses.resume(past).refuseStream(fault);
    });
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

  /**
   * The node that a call is with, where that is another one: the store is shared, and says so.
   * @param named the node that is asked for; where that is another one it is gone.
   */
  async findOtherNode(callSid: string, named: string | undefined): Promise<string | undefined> {
    const own = this.#around.config.BRIDGE_NODE;
    if (own === undefined || (named ?? own) !== own || this.#live.has(callSid)) return undefined;
    const node = (await this.#courses.readPast(callSid))?.node;
    return node === own ? undefined : node;
  }

  /**
   * What Twilio shall do with a call whose stream has ended.
   * @throws CodedError `call_unknown`, or what `Returns.decide` throws; also where the store does not
   * answer, since it may in a moment.
   */
  async decideNext(callSid: string, request: NextRequest): Promise<NextStep> {
    return this.#queue.run(callSid, async () => {
      const live = this.#live.get(callSid);
      const past = live === undefined ? await this.#store.get(callSid) : undefined;
      const step =
        live === undefined || !isAskedAgain(live.call, request)
          ? await this.#decide(callSid, request, past)
          : resumeWith(this.#grant(live.call));
      this.#log.info(
        { callSid, reason: request.reason, try: request.try, action: step.action },
        'next decided',
      );
      // What the next process has to know, if this one falls before the stream comes.
      const resumed = this.#live.get(callSid)?.course;
      if (resumed !== undefined) await this.#courses.settle(resumed);
      return step;
    });
  }

  async #decide(
    callSid: string,
    request: NextRequest,
    past: CallRecord | undefined,
  ): Promise<NextStep> {
    const live = this.#live.get(callSid);
    // Twilio may be here before its socket is seen to close; for the call the stream is over.
    if (live?.call.phase === 'streaming')
      live.call.endStream(new CodedError('stream_lost', 'Twilio went on'));
    // A stream that never came, or was refused at its start, does not come later either.
    else if (request.reason === 'stream-ended')
      live?.call.end('stream', new CodedError('stream_lost', 'it ended before its start'));
    const record = live?.course.record ?? past;
    if (record === undefined) throw new CodedError('call_unknown');
    return (await this.#returns.decide(callSid, request, record)) ?? nextAfter(record, request);
  }

  /** Takes a status event; one of a call that is not known is only logged. */
  async takeEvent(callSid: string, event: CallEvent): Promise<void> {
    await this.#queue.run(callSid, async () => {
      const past = await this.#readUnlessLive(callSid);
      const live = this.#live.get(callSid);
      const wasAway = isOver(event) && this.#returns.remove(callSid);
      if (live !== undefined) this.#takeLiveEvent(live, event);
      else if (past !== undefined) this.#past.takeEvent(past, event, wasAway);
      else this.#past.takeStrangeEvent(callSid, event);
      if (isOver(event)) this.#drain.check();
    });
  }

  #takeLiveEvent({ call, course }: { call: Call; course: Course }, event: CallEvent): void {
    course.event(event);
    // A stop, the close of the socket and this are three ways to learn of the same end.
    if (isOver(event)) call.end('caller');
    else if (event.source === 'call-status') call.takeAnsweredBy(event.parameters.AnsweredBy);
  }

  /**
   * The record of a call, live or past, by its CallSid or the callId of a placed one.
   * @throws CodedError `store_unavailable`.
   */
  async read(id: string): Promise<CallRecord | undefined> {
    return this.#findLive(id) ?? (await this.#store.get(id));
  }

  #findLive(id: string): CallRecord | undefined {
    const own = this.#live.get(id)?.course.record;
    if (own !== undefined) return own;
    for (const { course } of this.#live.values())
      if (course.record.callId === id) return course.record;
    return undefined;
  }

  /** The newest records. @throws CodedError `store_unavailable`. */
  async list(limit: number): Promise<readonly CallRecord[]> {
    return this.#store.list(limit);
  }

  /**
   * Lets no more calls in and waits for those that are there, streams of admitted ones included, and
   * those that are about to be answered or to come back from pressing keys. After the limit the agents
   * say goodbye; what then is left is ended. With a limit of 0 it is ended at once.
   */
  async drain(limitMs: number): Promise<void> {
    await this.#drain.run(limitMs);
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
    this.#drain.noteEnd();
  }
}
