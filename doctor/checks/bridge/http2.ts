import type { Finding } from '../../check';
import type { BridgePlace } from './place';
import { probeTls } from './tls-probe';

/** A proxy that takes HTTP/2 and refuses HTTP/1.1; undefined where it is not that. */
export async function explainHttp2(place: BridgePlace): Promise<Finding | undefined> {
  const [one, two] = await Promise.all([
    probeTls(place, { ALPNProtocols: ['http/1.1'] }),
    probeTls(place, { ALPNProtocols: ['h2'] }),
  ]);
  const takesOne = one.kind === 'shaken' && one.alpn === 'http/1.1';
  const takesTwo = two.kind === 'shaken' && two.alpn === 'h2';
  if (takesOne || !takesTwo) return undefined;
  return {
    level: 'fault',
    id: 'http2-only',
    found: `${place.host} speaks HTTP/2 and refuses HTTP/1.1`,
    why: 'Twilio opens its WebSocket with HTTP/1.1: no stream comes (31920)',
    remedy:
      'allow HTTP/1.1 beside HTTP/2: in Caddy protocols h1 h2, in HAProxy alpn h2,http/1.1; at a load balancer choose HTTP/1.1 or both',
    twilioCode: 31920,
  };
}
