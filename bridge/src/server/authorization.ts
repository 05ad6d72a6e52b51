import { createHash, timingSafeEqual } from 'node:crypto';
import { CodedError } from '@realtime-phone/protocol/errors';
import { checkRequestSignature } from '@realtime-phone/protocol/request-signature';
import type { WrongTokens } from '../limits/wrong-tokens';
import { networkOf } from './ip-address';
import type { KnownRequest } from './web';

/** Who is let through to the routes that are not public. */
export interface Authorization {
  /** @throws CodedError `request_unsigned`, `request_signature_invalid` or `request_expired`. */
  requireFunctions(request: KnownRequest): void;
  /** @throws CodedError `operator_routes_closed`, `operator_token_missing`, `operator_token_invalid`, or
   * `operator_tries_too_many` in its place. */
  requireOperator(request: KnownRequest): void;
  /** As above, but a client on this machine needs no token. */
  requireOperatorOrLoopback(request: KnownRequest): void;
  /** As `requireOperator`, but the token may also be the password of HTTP Basic, with any user. */
  requireOperatorOrPassword(request: KnownRequest): void;
}

const LOOPBACK = /^(127\.|::1$|(0{1,4}:){7}0{0,3}1$|::ffff:127\.|(0{1,4}:){5}ffff:7f)/i;
const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/** Makes the checks from what is taken for the two secrets. */
export function createAuthorization(
  bridgeSecrets: readonly string[],
  adminTokens: readonly string[],
  wrongTokens: WrongTokens,
): Authorization {
  const requireToken = (token: string | undefined, client: string) => {
    if (adminTokens.length === 0) throw new CodedError('operator_routes_closed');
    if (token === undefined) throw new CodedError('operator_token_missing');
    // First: whatever strangers try, and from wherever, the right one is let in.
    if (adminTokens.some((wanted) => isSame(token, wanted))) return;
    throw new CodedError(
      wrongTokens.note(networkOf(client)) ? 'operator_token_invalid' : 'operator_tries_too_many',
    );
  };
  const requireOperator = ({ headers, client }: KnownRequest) =>
    requireToken(readBearer(headers.authorization), client);
  return {
    requireFunctions: ({ method, target, body, headers }) =>
      checkRequestSignature(
        bridgeSecrets,
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
    requireOperatorOrPassword: ({ headers: { authorization }, client }) =>
      requireToken(readBearer(authorization) ?? readPassword(authorization), client),
  };
}

function readBearer(authorization = ''): string | undefined {
  return /^Bearer +(.+)$/i.exec(authorization)?.[1];
}

/** The password of HTTP Basic. Source: https://www.rfc-editor.org/rfc/rfc7617#section-2 */
function readPassword(authorization = ''): string | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=_-]+) *$/i.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  return /:(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8'))?.[1];
}

/** Compares in constant time, whatever the lengths. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
