import { createHmac, timingSafeEqual } from 'node:crypto';
import { CodedError } from './errors';

/** A signature may be this old, or this far ahead, in seconds (docs/DESIGN.md, contracts). */
export const MAX_REQUEST_AGE_S = 60;

/** The parts of a request that its signature covers. `path` is the request target with its query. */
export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/**
 * Signs a request from the Functions to the bridge.
 * @param nowS Unix time in seconds.
 * @returns the value of the `Authorization` header: `Bridge t=…,v1=…`.
 */
export function signRequest(secret: string, request: SignedRequest, nowS: number): string {
  const t = Math.floor(nowS);
  return `Bridge t=${t},v1=${digest(secret, request, String(t)).toString('hex')}`;
}

/**
 * Checks the `Authorization` header of a request from the Functions.
 * @param secrets any of which may have signed; there are two while one is being changed.
 * @throws CodedError `request_unsigned`, `request_signature_invalid` or `request_expired`.
 */
export function checkRequestSignature(
  secrets: string | readonly string[],
  request: SignedRequest,
  authorization: string | undefined,
  nowS: number,
): void {
  const parts = /^Bridge t=(\d{1,15}),v1=([0-9a-f]{64})$/i.exec(authorization ?? '');
  const [, t, v1] = parts ?? [];
  if (t === undefined || v1 === undefined) throw new CodedError('request_unsigned');
  const given = Buffer.from(v1, 'hex');
  if (![secrets].flat().some((secret) => timingSafeEqual(digest(secret, request, t), given))) {
    throw new CodedError('request_signature_invalid');
  }
  const skewS = Math.round(nowS - Number(t));
  if (Math.abs(skewS) > MAX_REQUEST_AGE_S) {
    throw new CodedError('request_expired', `the clocks differ by ${skewS} s`);
  }
}

function digest(secret: string, { method, path, body }: SignedRequest, t: string): Buffer {
  return createHmac('sha256', secret).update(`${t}.${method}.${path}.${body}`).digest();
}
