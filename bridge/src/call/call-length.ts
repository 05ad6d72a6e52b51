import type { Agent } from '../agent/agent-schema';
import type { Config } from '../config';
import type { CallRecord } from '../records/call-record';

/** The longest that a call with this agent may be, in seconds. */
export function longestCallS(agent: Pick<Agent, 'limits'>, { MAX_CALL_S }: Config): number {
  return Math.min(MAX_CALL_S, agent.limits.call_s ?? Infinity);
}

/**
 * What is left of that, in milliseconds: all streams of a call share it. Between two streams there
 * may have been another process, so it goes by the time of day.
 */
export function leftOfCallMs(
  { startedAt }: Pick<CallRecord, 'startedAt'>,
  longestS: number,
): number {
  const spentMs = startedAt === undefined ? 0 : Math.max(0, Date.now() - Date.parse(startedAt));
  return Math.max(0, longestS * 1_000 - spentMs);
}
