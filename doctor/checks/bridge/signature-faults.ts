import type { Finding } from '../../check';
import { bridgeCodeOf } from '../../stranger';
import type { UpgradeRefusal } from '../../upgrade';
import { streamHostOf } from './place';
import { textOf } from './state';
import { explainUpgrade } from './upgrade';

const WHY = 'the bridge refuses every stream of Twilio (31920): the call ends at once';

const fault = (id: string, found: string, remedy: string, why = WHY): Finding => {
  return { level: 'fault', id, found, why, remedy, twilioCode: 31920 };
};

/** A stream that was let in without a signature. */
export function isOpenToAll(address: string): Finding {
  return {
    level: 'fault',
    id: 'stream-open-to-all',
    found: `${address} opened without a signature`,
    why: 'what answers is not this bridge: another program, or a gateway that accepts before it asks the bridge, so that Twilio takes a refused call for an open one',
    remedy:
      'let the proxy pass the upgrade of /media-stream on to the bridge, which checks signatures, and answer with what the bridge answers',
  };
}

/** The bridge that runs hands out another address than the one that was examined. */
export function isOtherAddress(streamUrl: string, host: string): Finding | undefined {
  const own = streamHostOf(streamUrl);
  if (own === host) return undefined;
  return fault(
    'public-domain-differs',
    `the bridge that runs sends streams to ${own ?? streamUrl.slice(0, 200)}, not to ${host}`,
    `set PUBLIC_DOMAIN=${host} where the bridge runs, and start it again: it reads its variables at the start alone`,
    'Twilio dials the address that the bridge gives, and the bridge checks the signature over it: an old host leads nowhere',
  );
}

/** Why a stream was refused that is signed as Twilio signs, by what the bridge says of it. */
export function explainSignedRefusal(refusal: UpgradeRefusal, streamUrl: string): Finding {
  switch (bridgeCodeOf(refusal)) {
    case 'twilio_signature_missing':
      return fault(
        'signature-stripped',
        'the header X-Twilio-Signature does not get to the bridge: a proxy takes it away',
        'let the proxy pass all headers: take out proxy_set_header X-Twilio-Signature in nginx and header_up -X-* in Caddy, or add it to the allowed headers of the gateway (CloudFront, API gateways)',
      );
    case 'twilio_signature_invalid': {
      const message = textOf(refusal.body, 'message');
      const checked = /checked over (\S+)/.exec(message)?.[1];
      if (checked !== undefined && checked !== streamUrl) {
        return fault(
          'signature-address-differs',
          `the stream was signed for ${streamUrl}, and the bridge checked ${checked.slice(0, 200)}`,
          'let the proxy pass the path and the query as they are, and set PUBLIC_DOMAIN of the bridge to the host in the stream address, letter for letter',
        );
      }
      return fault(
        'auth-token-differs',
        'the bridge refuses a stream signed with the TWILIO_AUTH_TOKEN that is set here',
        'set TWILIO_AUTH_TOKEN to the primary auth token of the account (Twilio console, Account Info), here and where the bridge runs, and start the bridge again',
        'two values are in use: if the one of the bridge is not the account’s primary token, every stream is refused (31920)',
      );
    }
    case 'call_not_admitted':
      return fault(
        'other-bridge-answered',
        'the call was admitted, and the bridge that got its stream does not know it: two bridges answer at this address',
        'run one bridge behind this host, or let the load balancer lead a call to one node by the path (docs/DESIGN.md); end the old process: systemctl status bridge',
      );
    case 'node_other':
      return fault(
        'other-node-answered',
        `the stream’s address names one node, and the proxy led it to another: ${textOf(refusal.body, 'message').slice(0, 200)}`,
        'have the proxy route /media-stream/{node}/ by the node, as deploy/Caddyfile.nodes does; if it does, start that node: systemctl status bridge@NODE',
      );
    case 'sockets_full':
    case 'sockets_full_for_address':
      return fault(
        'sockets-full',
        'the bridge has as many streams waiting for their start as it takes',
        'try again in a moment; if these are real calls raise MAX_PENDING_SOCKETS and MAX_PENDING_SOCKETS_PER_ADDRESS',
      );
    default:
      return explainUpgrade(refusal, streamUrl);
  }
}
