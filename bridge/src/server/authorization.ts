import { createHash, timingSafeEqual } from 'node:crypto';
import { CodedError } from '@realtime-phone/protocol/errors';
import { checkRequestSignature } from '@realtime-phone/protocol/request-signature';
import type { HttpRequest } from './web';

/** Who is let through to the routes that are not public. */
export interface Authorization {
  /** @throws CodedError `request_unsigned`, `request_signature_invalid` or `request_expired`. */
  requireFunctions(request: HttpRequest): void;
  /** @throws CodedError `operator_routes_closed`, `operator_token_missing` or `operator_token_invalid`. */
  requireOperator(request: HttpRequest): void;
  /** As above, but a client on this machine needs no token. */
  requireOperatorOrLoopback(request: HttpRequest): void;
  /** True for a request with the operator token. */
  isOperator(request: HttpRequest): boolean;
}

const LOOPBACK = /^(127\.|::1$|(0{1,4}:){7}0{0,3}1$|::ffff:127\.|(0{1,4}:){5}ffff:7f)/i;
const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/** Makes the checks from the two secrets. */
export function createAuthorization(
  bridgeSecret: string,
  adminToken: string | undefined,
): Authorization {
  const requireOperator = ({ headers }: HttpRequest) => {
    if (adminToken === undefined) throw new CodedError('operator_routes_closed');
    const token = /^Bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1];
    if (token === undefined) throw new CodedError('operator_token_missing');
    if (!isSame(token, adminToken)) throw new CodedError('operator_token_invalid');
  };
  return {
    requireFunctions: ({ method, target, body, headers }) =>
      checkRequestSignature(
        bridgeSecret,
        { method, path: target, body },
        headers.authorization,
        Date.now() / 1_000,
      ),
    requireOperator,
    requireOperatorOrLoopback: (request) => {
      // Behind a proxy on this machine every stranger comes from loopback; proxies leave traces.
      const direct = !PROXY_HEADERS.some((name) => name in request.headers);
      if (!(direct && LOOPBACK.test(request.remoteAddress))) requireOperator(request);
    },
    isOperator: (request) => {
      try {
        requireOperator(request);
        return true;
      } catch {
        return false;
      }
    },
  };
}

/** Compares in constant time, whatever the lengths. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
