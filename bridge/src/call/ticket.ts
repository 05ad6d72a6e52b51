import { checkCallToken, makeCallToken } from '@realtime-phone/protocol/call-token';
import { CodedError } from '@realtime-phone/protocol/errors';
import { acceptedSecrets } from '../accepted-secrets';
import type { Config } from '../config';

/** The token of an admission and when it runs out. */
export interface Ticket {
  readonly token: string;
  /** Unix time in milliseconds, for those who have no other clock in common. */
  readonly expiresAtMs: number;
  /** The same on the monotonic clock of `performance.now()`, which is the one that counts here. */
  readonly deadlineMs: number;
}

/** Makes the ticket of an admission that holds for so long. */
export function makeTicket(secret: string, callSid: string, admissionS: number): Ticket {
  const expiresAtMs = Date.now() + admissionS * 1_000;
  const deadlineMs = performance.now() + admissionS * 1_000;
  return { token: makeCallToken(secret, callSid, expiresAtMs), expiresAtMs, deadlineMs };
}

/**
 * Checks the token of a stream against the newest ticket of its call. A ticket that was made here
 * runs out by the monotonic clock: a time that is corrected meanwhile neither ends nor prolongs it.
 * @throws CodedError `token_missing`, `token_invalid` or `token_expired`.
 */
export function checkTicket(
  config: Config,
  callSid: string,
  ticket: Ticket | undefined,
  token: string | undefined,
): void {
  const isNewest = token !== undefined && token === ticket?.token;
  const nowMs = isNewest ? Math.min(Date.now(), ticket.expiresAtMs) : Date.now();
  checkCallToken(acceptedSecrets(config, 'BRIDGE_SECRET'), callSid, token, nowMs);
  if (!isNewest) throw new CodedError('token_invalid', 'a newer one was given');
  if (performance.now() > ticket.deadlineMs) throw new CodedError('token_expired');
}
