import type { AdmissionRequest } from '@realtime-phone/protocol/admission';
import type { NextRequest, NextStep } from '@realtime-phone/protocol/next';
import type { ClientItem } from '@realtime-phone/protocol/realtime/client-events';
import type { Agent } from '../agent/agent-schema';
import { tell } from './history';

/** What Twilio shall do between two streams of one call. */
export type HandOverStep = Extract<NextStep, { action: 'dial' | 'digits' }>;

/** A call between two streams: what it was, and what it waits for. */
export interface HandOver {
  readonly request: AdmissionRequest;
  readonly agent: Agent;
  /** What the agent was rendered with. */
  readonly variables: Readonly<Record<string, string>>;
  readonly step: HandOverStep;
}

/** What a call that comes back begins with: what was said, and what happened meanwhile. */
export interface Resumption {
  readonly history: readonly ClientItem[];
  /** Whether the agent speaks first, or waits for what it hears. */
  readonly speaksFirst: boolean;
}

/** A call that is handed over longer than this will not come back. */
const MAX_AGE_MS = 4 * 60 * 60 * 1_000;

/** The calls of a bridge that are with somebody else, and may come back. */
export class HandOvers {
  readonly #calls = new Map<string, { readonly handOver: HandOver; readonly sinceMs: number }>();

  /** Notes a call that is handed over. */
  add(callSid: string, handOver: HandOver): void {
    const nowMs = performance.now();
    for (const [sid, { sinceMs }] of this.#calls)
      if (nowMs - sinceMs > MAX_AGE_MS) this.#calls.delete(sid);
    this.#calls.set(callSid, { handOver, sinceMs: nowMs });
  }

  /** The hand-over of a call, if it is with somebody else. */
  find(callSid: string): HandOver | undefined {
    return this.#calls.get(callSid)?.handOver;
  }

  /** True while a call has gone to press keys: it is back in seconds, unlike one that is transferred. */
  get willComeBack(): boolean {
    return [...this.#calls.values()].some(({ handOver }) => handOver.step.action === 'digits');
  }

  /** Waits for none of them any more. */
  forget(): void {
    this.#calls.clear();
  }

  /** The call is back, or over; true if it was away. */
  remove(callSid: string): boolean {
    return this.#calls.delete(callSid);
  }
}

/**
 * Whether the call comes back to the agent, and with what news.
 * Source: https://www.twilio.com/docs/voice/twiml/dial#dialcallstatus-values
 * @param past what was said and done before.
 * @returns undefined where the caller was connected, so that nothing is left to do.
 */
export function describeReturn(
  { step }: HandOver,
  { dialCallStatus }: NextRequest,
  past: readonly ClientItem[],
): Resumption | undefined {
  if (step.action === 'digits')
    return {
      history: [...past, tell(`You have pressed ${step.digits} on the line.`)],
      speaksFirst: false,
    };
  if (wasConnected(dialCallStatus)) return undefined;
  const why = { busy: 'the line was busy', 'no-answer': 'nobody answered' }[dialCallStatus ?? ''];
  const news = `The transfer did not work: ${why ?? 'the call did not go through'}. The caller is with you again. Tell them, and offer another way, such as taking a message.`;
  return { history: [...past, tell(news)], speaksFirst: true };
}

/** Whether a `<Dial>` brought the caller to somebody. */
export function wasConnected(dialCallStatus: string | undefined): boolean {
  return dialCallStatus === 'completed' || dialCallStatus === 'answered';
}
