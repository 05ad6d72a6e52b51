import { checkCallToken, makeCallToken } from '@realtime-phone/protocol/call-token';
import { CodedError } from '@realtime-phone/protocol/errors';

/** The token of an admission and when it runs out, in Unix milliseconds. */
export interface Ticket {
  readonly token: string;
  readonly expiresAtMs: number;
}

/** Makes the ticket of an admission that holds for so long. */
export function makeTicket(secret: string, callSid: string, admissionS: number): Ticket {
  const expiresAtMs = Date.now() + admissionS * 1_000;
  return { token: makeCallToken(secret, callSid, expiresAtMs), expiresAtMs };
}

/**
 * Checks the token of a stream against the newest ticket of its call.
 * @throws CodedError `token_missing`, `token_invalid` or `token_expired`.
 */
export function checkTicket(
  secret: string,
  callSid: string,
  ticket: Ticket | undefined,
  token: string | undefined,
): void {
  checkCallToken(secret, callSid, token, Date.now());
  if (token !== ticket?.token) throw new CodedError('token_invalid', 'a newer one was given');
}
