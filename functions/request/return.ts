import type { NextRequest } from '../../protocol/next';
import type { Parameters } from './parameters';

/** So many times the call comes back to ask again before it gets the fallback. */
export const MAX_TRIES = 8;

/**
 * Why and for which time a call is back at `/stream-ended`. Twilio sends `DialCallStatus` only once,
 * right after the `<Dial>`, so the address that asks again carries it.
 */
export function readReturn(parameters: Parameters): NextRequest {
  const tries = /^\d{1,3}$/.test(parameters.try ?? '') ? Number(parameters.try) : 0;
  const dialCallStatus = parameters.DialCallStatus ?? parameters.dialed;
  if (dialCallStatus !== undefined && /^[a-z-]{1,20}$/.test(dialCallStatus)) {
    return { reason: 'dial-ended', try: tries, dialCallStatus };
  }
  return { reason: parameters.after === 'digits' ? 'digits-sent' : 'stream-ended', try: tries };
}

/** The address at which the same question is asked once more. */
export function againAt(base: string, request: NextRequest): string {
  const query = new URLSearchParams({ try: String(request.try + 1) });
  if (request.reason === 'digits-sent') query.set('after', 'digits');
  if (request.dialCallStatus !== undefined) query.set('dialed', request.dialCallStatus);
  return `${base}/stream-ended?${query.toString()}`;
}
