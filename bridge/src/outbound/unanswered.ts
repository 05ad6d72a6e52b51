import type { CallEvent } from '@realtime-phone/protocol/call-event';
import { describeSipResponse } from '@realtime-phone/protocol/sip-responses';

/**
 * Why a placed call was not taken, as in `failed, SIP 404: there is no such number`: the answer of
 * the carrier says it, where it is known.
 */
export function describeUnanswered({
  CallStatus,
  SipResponseCode,
}: CallEvent['parameters']): string {
  const meaning = describeSipResponse(SipResponseCode);
  const outcome = CallStatus ?? 'without a status';
  return meaning === undefined ? outcome : `${outcome}, SIP ${SipResponseCode ?? ''}: ${meaning}`;
}
