import type { Finding } from '../check';
import type { ModelTarget } from './target';

const CERTIFICATE =
  /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)|CERTIFICATE|ALERT_UNKNOWN_CA/;
const NOT_TLS = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|^EPROTO$|^ERR_SSL/;
const NOT_HTTP = /^HPE_|^ERR_INVALID_(URL|PROTOCOL)/;
const WHY = 'the bridge cannot reach the model, and every caller hears the fallback';

interface Cause {
  readonly id: string;
  readonly said: string;
  readonly remedy: string;
}

/** Says why no answer came from the address of the model, by the code of Node. */
export function diagnoseUnreachable(
  { code, message }: { readonly code: string; readonly message: string },
  { url }: Pick<ModelTarget, 'url'>,
): Finding {
  const { host, hostname } = URL.canParse(url) ? new URL(url) : { host: url, hostname: url };
  const { id, said, remedy } = causeOf(code, message, hostname);
  return { level: 'fault', id, found: `${host}: ${said}`, why: WHY, remedy };
}

function causeOf(code: string, message: string, hostname: string): Cause {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return {
      id: 'model-host-unknown',
      said: `there is no such host (${code})`,
      remedy: `correct the host in REALTIME_URL; if it is right, this machine has no DNS: getent hosts ${hostname}`,
    };
  }
  if (code === 'ECONNREFUSED') {
    return {
      id: 'model-connection-refused',
      said: 'nothing listens there (ECONNREFUSED)',
      remedy: 'start what should listen there, or correct host and port in REALTIME_URL',
    };
  }
  if (code === 'ABORTED') {
    return {
      id: 'model-not-asked',
      said: 'the check was interrupted',
      remedy: 'run npm run doctor again',
    };
  }
  if (CERTIFICATE.test(code)) {
    return {
      id: 'model-certificate',
      said: `its certificate is not trusted (${code})`,
      remedy:
        'correct the host in REALTIME_URL; behind a proxy that opens TLS, set NODE_EXTRA_CA_CERTS to the PEM file of its authority',
    };
  }
  if (NOT_TLS.test(code)) {
    return {
      id: 'model-not-tls',
      said: `it does not speak TLS (${code})`,
      remedy: 'correct host and port in REALTIME_URL: wss:// needs TLS there',
    };
  }
  if (NOT_HTTP.test(code) || /Sec-WebSocket-Accept/i.test(message)) {
    return {
      id: 'model-not-realtime',
      said: `what answers is no WebSocket (${code || message})`,
      remedy: 'set REALTIME_URL to a Realtime endpoint, as in wss://api.openai.com/v1/realtime',
    };
  }
  if (code === 'ECONNRESET' || message.includes('hang up')) {
    return {
      id: 'model-connection-broken',
      said: 'the connection was broken before an answer came',
      remedy:
        'look for a firewall or proxy between this machine and the model; it must pass WebSockets to port 443',
    };
  }
  return {
    id: 'model-no-answer',
    said: `${message} (${code || 'no code'})`,
    remedy:
      'see that this machine may connect to port 443 of that host: a firewall, a proxy or the network stands between',
  };
}
