import type { AdmissionGrant } from '@realtime-phone/protocol/admission';
import type { CallEvent } from '@realtime-phone/protocol/call-event';
import type { NextRequest, NextStep } from '@realtime-phone/protocol/next';
import type { CallRecord } from '../records/call-record';
import { wasConnected } from './hand-over';

/** Source: https://www.twilio.com/docs/voice/api/call-resource#call-status-values */
const OVER: ReadonlySet<string> = new Set(['completed', 'busy', 'failed', 'no-answer', 'canceled']);

/** Whether an event says that the call is over. */
export function isOver({ source, parameters }: CallEvent): boolean {
  return source === 'call-status' && OVER.has(parameters.CallStatus ?? '');
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
