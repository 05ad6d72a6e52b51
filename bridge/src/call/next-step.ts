import type { AdmissionGrant } from '@realtime-phone/protocol/admission';
import type { CallEvent } from '@realtime-phone/protocol/call-event';
import type { NextRequest, NextStep } from '@realtime-phone/protocol/next';
import type { CallRecord } from '../records/call-record';
import { wasConnected } from './hand-over';

/** Source: https://www.twilio.com/docs/voice/api/call-resource#call-status-values */
const OVER: ReadonlySet<string> = new Set(['completed', 'busy', 'failed', 'no-answer', 'canceled']);

/**
 * Whether an event says that the call is over. After a hang-up Twilio asks for the action of
 * `<Connect>` too, and a number may have no status callback.
 */
export function isOver({ source, parameters }: CallEvent): boolean {
  const tells = source === 'call-status' || source === 'stream-ended';
  return tells && OVER.has(parameters.CallStatus ?? '');
}

/**
 * Whether a call that waits for its stream is asked about once more, since the answer was lost on
 * the way. The first time that Twilio comes for a stream, that stream is over.
 */
export function isAskedAgain(
  { phase }: { readonly phase: 'admitted' | 'streaming' | 'ended' },
  request: NextRequest,
): boolean {
  return phase === 'admitted' && (request.reason !== 'stream-ended' || request.try > 0);
}

/** Twilio opens another stream. */
export function resumeWith({ streamUrl, token }: AdmissionGrant): NextStep {
  return { action: 'resume', streamUrl, token };
}

/** What is left to do for a call that nobody has: a fault, or a transfer that failed, is made good. */
export function nextAfter(
  { end, sayOnFailure: say }: CallRecord,
  { reason, dialCallStatus }: NextRequest,
): NextStep {
  const wentWell = end !== undefined && (end.code === undefined || end.code === 'call_too_long');
  const isServed = reason === 'stream-ended' || wasConnected(dialCallStatus);
  if (wentWell && isServed) return { action: 'hangup' };
  return { action: 'fallback', ...(say === undefined ? {} : { say }) };
}
