import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { CodedError } from './errors';

/**
 * Makes the token that a stream must show in `start.customParameters.token`. It is bound to one
 * CallSid and one moment, and keyed with a key derived from the secret, so that a token can never
 * pass for a request signature. Well under the 500 characters that a `<Parameter>` may have.
 * @param expiresAtMs Unix time in milliseconds.
 */
export function makeCallToken(secret: string, callSid: string, expiresAtMs: number): string {
  const nonce = randomBytes(12).toString('base64url');
  const claims = `v1.${Math.floor(expiresAtMs)}.${nonce}`;
  return `${claims}.${mac(secret, callSid, claims)}`;
}

/**
 * Checks that a token was made with this secret for this call and has not run out.
 * @param secrets any of which may have made it; there are two while one is being changed.
 * Whether it is the newest one, and unused, is for the holder of the call to know.
 * @throws CodedError `token_missing`, `token_invalid` or `token_expired`.
 */
export function checkCallToken(
  secrets: string | readonly string[],
  callSid: string,
  token: string | undefined,
  nowMs: number,
): void {
  if (token === undefined || token === '') throw new CodedError('token_missing');
  const cut = token.lastIndexOf('.');
  const claims = token.slice(0, Math.max(cut, 0));
  const given = Buffer.from(token.slice(cut + 1));
  const fits = (secret: string) => {
    const expected = Buffer.from(mac(secret, callSid, claims));
    return expected.length === given.length && timingSafeEqual(expected, given);
  };
  if (![secrets].flat().some(fits)) throw new CodedError('token_invalid');
  const expiresAtMs = Number(claims.split('.')[1]);
  if (!(nowMs <= expiresAtMs)) throw new CodedError('token_expired');
}

function mac(secret: string, callSid: string, claims: string): string {
  const key = createHmac('sha256', secret).update('call token').digest();
  return createHmac('sha256', key).update(`${callSid}.${claims}`).digest('base64url');
}
