import { createHmac, timingSafeEqual } from 'node:crypto';

/** The header that a delivered record is signed in. */
export const RECORD_SIGNATURE_HEADER = 'bridge-signature';

/**
 * Signs a record for RECORD_WEBHOOK_URL: HMAC-SHA256 over `t.body`, so that neither can be changed.
 * @param nowS Unix time in seconds.
 * @returns the value of the header: `t=…,v1=…`, the second in hex.
 */
export function signRecord(secret: string, body: string, nowS: number): string {
  const t = Math.floor(nowS);
  return `t=${t},v1=${digest(secret, body, String(t)).toString('hex')}`;
}

/**
 * Whether a signature fits, as a receiver checks it.
 * @param maxAgeS what is older, or as far ahead, does not fit.
 */
export function fitsRecord(
  secret: string,
  body: string,
  signature: string | undefined,
  nowS: number,
  maxAgeS = 300,
): boolean {
  const [, t, v1] = /^t=(\d{1,15}),v1=([0-9a-f]{64})$/.exec(signature ?? '') ?? [];
  if (t === undefined || v1 === undefined || Math.abs(nowS - Number(t)) > maxAgeS) return false;
  return timingSafeEqual(digest(secret, body, t), Buffer.from(v1, 'hex'));
}

function digest(secret: string, body: string, t: string): Buffer {
  return createHmac('sha256', secret).update(`${t}.${body}`).digest();
}
