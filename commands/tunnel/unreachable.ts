import { bridgeCodeOf, recogniseStranger } from '../../doctor/stranger';
import type { EchoCheck } from './echo-check';
import type { LocalBridge } from './local-bridge';

/** What is known beside the check itself. */
export interface Surroundings {
  readonly host: string;
  /** The bridge's port on this machine. */
  readonly port: number;
  readonly local: LocalBridge;
}

type Refusal = Extract<EchoCheck, { kind: 'refused' }>;
type Failure = Extract<EchoCheck, { kind: 'failed' }>;

/** Codes of connections that never came to an HTTP answer. */
const CONNECTION: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such name: look at its spelling, or wait until its DNS record is known',
  EAI_AGAIN: 'no name server answered: is there a network?',
  ECONNREFUSED: 'nothing listens there: start the tunnel or the proxy, then run this again',
  ECONNRESET: 'the connection was cut: is the tunnel or the proxy up, and does it speak TLS?',
  EHOSTUNREACH: 'there is no way to that machine: is there a network?',
  ENETUNREACH: 'there is no way out of this machine: is there a network?',
  ETIMEDOUT: 'nothing answered: does a firewall keep port 443 shut?',
  EPROTO:
    'what answers there speaks no TLS: Twilio needs https, so let the tunnel or proxy end TLS',
};

const CERTIFICATE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired: renew it',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: is the clock of this machine right?',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name: get one for this host',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed, and Twilio would refuse it',
  SELF_SIGNED_CERT_IN_CHAIN:
    'its certificate is of a private authority, and Twilio would refuse it',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate comes without its chain, and Twilio would refuse it: serve the full chain',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate is of no authority that is known here, and Twilio would refuse it: get one of a public authority',
};

/** One sentence: what is wrong between Twilio and the bridge, and what to do. */
export function explainUnreachable(
  check: Exclude<EchoCheck, { kind: 'echoed' }>,
  around: Surroundings,
): string {
  const address = `wss://${around.host}/ws-test`;
  if (check.kind === 'failed') return `${address}: ${explainFailure(check)}`;
  if (check.kind === 'not echoed') {
    return `${address} opens, but ${check.why}: something in between holds frames back or changes them, or it is not the bridge`;
  }
  return `${address} ${explainRefusal(check, around)}`;
}

function explainFailure({ code, message }: Failure): string {
  if (message.includes('handshake has timed out')) return CONNECTION.ETIMEDOUT ?? message;
  // A certificate of no known authority says so in its message alone on some versions of Node.
  return CERTIFICATE[code] ?? CONNECTION[code] ?? `${message}${code === '' ? '' : ` (${code})`}`;
}

function explainRefusal(refusal: Refusal, around: Surroundings): string {
  const { status } = refusal;
  const code = bridgeCodeOf(refusal);
  const { kind, mark, location = 'nowhere', isPage } = recogniseStranger(refusal);
  const marked = mark === undefined ? '' : ` (${mark})`;

  if (status >= 300 && status < 400) {
    return `redirects to ${location}, and Twilio follows no redirect: give the address where it ends, without a login in front`;
  }
  if (code === 'upgrade_required') {
    return 'reaches the bridge, but without the upgrade: let the proxy pass the headers Upgrade and Connection';
  }
  if (code === 'sockets_full') {
    return 'reaches the bridge, which has eight checks open already: run this again in half a minute';
  }
  switch (kind) {
    case 'tunnel closed':
      return `answered ${status}: the tunnel of this address is not open${marked}; open it, then run this again`;
    case 'page':
      return `answered ${status} with a page for people instead of a WebSocket: turn off the login, warning or welcome page of the tunnel, and point it at ${bridgeAddress(around)}`;
    case 'nothing behind':
      return `answered ${status}${marked}: the tunnel is there, but ${nothingBehind(around)}`;
    case 'login':
      return `answered ${status}: something in between wants a login or lets not everybody in, and Twilio has none; open it for all`;
    default:
      return `answered ${status}${isPage ? ' with a page' : ''}: it is not the bridge that answers; ${
        around.local === 'nothing'
          ? nothingBehind(around)
          : `point the tunnel at ${bridgeAddress(around)}`
      }`;
  }
}

const ON_A_SERVER = 'or, if it is meant to run on a server, look there: systemctl status bridge';

function nothingBehind(around: Surroundings): string {
  if (around.local === 'bridge') {
    return `not the bridge behind it, which runs here: point the tunnel at ${bridgeAddress(around)}; ${ON_A_SERVER}`;
  }
  const { port } = around;
  return around.local === 'nothing'
    ? `no bridge listens on 127.0.0.1:${port} of this machine; start it in another terminal with: npm run bridge; ${ON_A_SERVER}`
    : `what listens on 127.0.0.1:${port} is not the bridge; end it, or set PORT, and start: npm run bridge`;
}

function bridgeAddress({ port }: Surroundings): string {
  return `http://127.0.0.1:${port}`;
}
