import type { FaultCode } from '@realtime-phone/protocol/errors';
import type { CallRecord } from '../records/call-record';
import type { ToolAnswer } from '../records/resume-data';
import type { Resumption } from './hand-over';
import { describePast, tell } from './history';

/** How a call lost its stream while the caller is still on the line. */
export type Loss = Extract<FaultCode, 'bridge_fell' | 'stream_lost'>;

const OF_THE_LINE: ReadonlySet<FaultCode> = new Set([
  'stream_lost',
  'stream_idle',
  'stream_stalled',
]);

const NEWS =
  'The line broke off for a moment, through no fault of the caller, and they are with you again in the same call. What you said last and what they said last may not have got through. In the language of the call, say in one short sentence that you are back, and go on with what was open: answer what they asked last, or, where that is not clear from the above, ask them to say it again. Do not greet them anew, and do not ask for what you know already. What you had begun with a tool and has no answer above may be done or not: find out before you do it again.';

/**
 * How a call that is not live here lost its stream, if Twilio asks what comes next. A caller who
 * hangs up sends `stop`, and Twilio then does not ask; a model that failed has its own code. A
 * stream that never started was refused, and would be again.
 */
export function findLoss({ end, startedAt }: CallRecord): Loss | undefined {
  if (end === undefined) return 'bridge_fell';
  const isOfTheLine = end.code !== undefined && OF_THE_LINE.has(end.code);
  return isOfTheLine && startedAt !== undefined ? 'stream_lost' : undefined;
}

/**
 * What a call that was lost begins with.
 * @returns undefined where nothing had been said to its end: it begins anew.
 */
export function describeLoss(
  { turns, recording }: CallRecord,
  toolAnswers: readonly ToolAnswer[],
): Resumption | undefined {
  const past = describePast(turns, toolAnswers);
  // Who has consented is not asked again, though the sentence may not be among the turns yet.
  if (past.length === 0 && recording?.consentHeard !== true) return undefined;
  return { history: [...past, tell(NEWS)], speaksFirst: true };
}
