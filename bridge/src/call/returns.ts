import type { AdmissionGrant, AdmissionRequest } from '@realtime-phone/protocol/admission';
import { CodedError } from '@realtime-phone/protocol/errors';
import type { NextRequest, NextStep } from '@realtime-phone/protocol/next';
import type { Agent } from '../agent/agent-schema';
import { admitsAny } from '../model/breaker';
import type { WaitingCall } from '../outbound/waiting-calls';
import type { CallRecord } from '../records/call-record';
import type { CallStore } from '../records/call-store';
import type { ResumeData, ToolAnswer } from '../records/resume-data';
import { leftOfCallMs, longestCallS } from './call-length';
import type { Course } from './course';
import type { Courses } from './courses';
import {
  describeReturn,
  type HandOver,
  HandOvers,
  type HandOverStep,
  type Resumption,
} from './hand-over';
import { describePast } from './history';
import { describeLoss, findLoss, type Loss } from './loss';
import { resumeWith } from './next-step';
import type { CallSurroundings } from './surroundings';

/** What a call is opened with. */
export type Opening = Omit<HandOver, 'step'>;

/** What is known of a call that comes back. */
export interface Return {
  readonly past: CallRecord;
  /** Undefined where it begins anew. */
  readonly resumption: Resumption | undefined;
  readonly toolAnswers: readonly ToolAnswer[];
}

/** Who has the calls that are live. */
export interface LiveCalls {
  /** False where the bridge has as many calls as it may. */
  hasRoom(): boolean;
  /** @throws CodedError where there is no such agent, or its variables do not fit. */
  prepareAgent(name: string, variables: Readonly<Record<string, string>>): Agent;
  open(opening: Opening, back: Return): AdmissionGrant;
}

/**
 * The calls that are between two streams: with somebody else, or lost, since their stream broke or
 * their bridge fell. What another process has to know of them stands in the store.
 */
export class Returns {
  readonly #around: CallSurroundings;
  readonly #courses: Courses;
  readonly #store: CallStore;
  readonly #live: LiveCalls;
  readonly #handOvers = new HandOvers();

  constructor(around: CallSurroundings, courses: Courses, store: CallStore, live: LiveCalls) {
    this.#around = around;
    this.#courses = courses;
    this.#store = store;
    this.#live = live;
  }

  /** True while a call is about to come back. */
  get willComeBack(): boolean {
    return this.#handOvers.willComeBack;
  }

  /** A stream has ended: keeps what it takes to go on where the call may come back. */
  noteEnd(opening: Opening, course: Course, handedOver: HandOverStep | undefined): void {
    const { request, agent, variables } = opening;
    const data = { request, agent: agent.name, variables };
    if (handedOver !== undefined) {
      // Twilio lets a transfer show the number that it has; any other it refuses (13214).
      const callerId = request.direction === 'inbound' ? request.to : request.from;
      const step = handedOver.action === 'dial' ? { ...handedOver, callerId } : handedOver;
      this.#handOvers.add(request.callSid, { ...opening, step });
      course.keep({ ...data, handOver: step });
    }
    // Kept once more, so that it can be read also where the store is down.
    else if (findLoss(course.record) !== undefined) course.keep(data);
    else course.close();
  }

  /** True while this bridge knows the call to be with somebody else. */
  isAway(callSid: string): boolean {
    return this.#handOvers.find(callSid) !== undefined;
  }

  /** The call is over; true if it was away. */
  remove(callSid: string): boolean {
    return this.#handOvers.remove(callSid);
  }

  /**
   * The next step of a call that is with somebody else, comes back from there, or was lost.
   * @returns undefined where it is none of them, or may not come back.
   * @throws CodedError `store_unavailable` or `store_write_failed` where only the store knows;
   * `bridge_full` for the call of a bridge that fell. Asked again, there may be an answer.
   */
  async decide(
    callSid: string,
    request: NextRequest,
    record: CallRecord,
  ): Promise<NextStep | undefined> {
    const known = this.#handOvers.find(callSid);
    const kept = await this.#readKept(callSid, known === undefined && record.end === undefined);
    const step = known?.step ?? kept?.handOver;
    if (request.reason === 'stream-ended' && step !== undefined) return step;
    const handOver = known ?? this.#recallHandOver(kept);
    if (handOver !== undefined) return this.#endHandOver(handOver, request, record, kept);
    const loss = findLoss(record);
    return loss === undefined || kept === undefined ? undefined : this.#resume(loss, record, kept);
  }

  /**
   * What a placed call brings to its admission, where this bridge has not placed it, or was started
   * again since.
   * @param past the record of the call that asks.
   */
  async recallPlaced(
    { callSid, callId }: AdmissionRequest,
    past: CallRecord | undefined,
  ): Promise<WaitingCall | undefined> {
    if (callId === undefined || past?.callId !== callId) return undefined;
    const kept = await this.#readKept(callSid, false);
    return kept && { callId, agent: kept.agent, variables: kept.variables };
  }

  #endHandOver(
    handOver: HandOver,
    request: NextRequest,
    past: CallRecord,
    kept: ResumeData | undefined,
  ): NextStep {
    this.#handOvers.remove(handOver.request.callSid);
    const toolAnswers = kept?.toolAnswers ?? [];
    const resumption = describeReturn(handOver, request, describePast(past.turns, toolAnswers));
    if (resumption !== undefined)
      return resumeWith(this.#live.open(handOver, { past, resumption, toolAnswers }));
    this.#courses.resume(past).close();
    return { action: 'hangup' };
  }

  #resume(loss: Loss, past: CallRecord, kept: ResumeData): NextStep | undefined {
    const { config, endpoints, metrics } = this.#around;
    const { request, variables, toolAnswers } = kept;
    if (loss === 'bridge_fell') this.#courses.resume(past).fault(new CodedError('bridge_fell'));
    const agent = this.#prepareAgent(kept);
    if (agent === undefined) return this.#giveUp(past, 'its agent cannot be had');
    const times = (past.resumptions ?? 0) + 1;
    if (times > config.MAX_RESUMPTIONS) return this.#giveUp(past, 'it was resumed too often');
    if (leftOfCallMs(past, longestCallS(agent, config)) === 0)
      return this.#giveUp(past, 'it reached its longest time');
    if (!admitsAny(endpoints, request.callSid)) return this.#giveUp(past, 'the model is down');
    // A call of this bridge had its place; those of another one get what is free.
    if (past.node !== config.BRIDGE_NODE && !this.#live.hasRoom())
      throw new CodedError('bridge_full', 'for a call of a bridge that fell');
    past.resumptions = times;
    this.#courses.resume(past).note('call resumed', { why: loss, times });
    metrics.resumed.inc({ why: loss });
    const resumption = describeLoss(past, toolAnswers);
    const grant = this.#live.open({ request, agent, variables }, { past, resumption, toolAnswers });
    return resumeWith(grant);
  }

  /** Nobody goes on with the call: it hears the fallback. */
  #giveUp(record: CallRecord, why: string): NextStep | undefined {
    const course = this.#courses.resume(record);
    course.note('call not resumed', { why });
    // Without an end it has to wait for Twilio to say that it is over.
    if (record.end !== undefined) course.close();
    return undefined;
  }

  #recallHandOver(kept: ResumeData | undefined): HandOver | undefined {
    if (kept?.handOver === undefined) return undefined;
    const { request, variables, handOver: step } = kept;
    const agent = this.#prepareAgent(kept);
    return agent && { request, agent, variables, step };
  }

  /** The file may have changed since the call began. */
  #prepareAgent({ agent, variables }: ResumeData): Agent | undefined {
    try {
      return this.#live.prepareAgent(agent, variables);
    } catch (error) {
      if (error instanceof CodedError) return undefined;
      throw error;
    }
  }

  /** @param isNeeded false where there is an answer without it, so that no store is waited for. */
  async #readKept(callSid: string, isNeeded: boolean): Promise<ResumeData | undefined> {
    try {
      return await this.#store.readResumeData(callSid);
    } catch (error) {
      if (isNeeded) throw error;
      return undefined;
    }
  }
}
