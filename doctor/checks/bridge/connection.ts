import type { Finding } from '../../check';

/** A connection that came to nothing. */
export interface LostConnection {
  /** Node's, as in ECONNREFUSED, or `TIMEOUT`, or empty. */
  readonly code: string;
  readonly message: string;
}

type Row = Pick<Finding, 'id' | 'remedy'> & {
  readonly what: string;
  readonly twilioCode: number;
  readonly why?: string;
};

const NO_STREAM = 'Twilio gets no stream to the bridge: the caller hears the fallback or a hang-up';

const REFUSED: Row = {
  id: 'connection-refused',
  what: 'refuses the connection: nothing listens there',
  twilioCode: 31902,
  remedy:
    'start what should listen: the bridge (npm run bridge, or systemctl status bridge), the proxy in front of it (systemctl status caddy), or the tunnel (npm run tunnel)',
};
const TIMED_OUT: Row = {
  id: 'connection-timed-out',
  what: 'does not answer',
  twilioCode: 31901,
  remedy:
    'open port 443 to everybody, in the firewall of the server and of its provider: Twilio has no fixed range of addresses; then look whether the machine is up',
};
const NO_WAY: Row = {
  id: 'host-unreachable',
  what: 'cannot be reached from here: there is no way to that address',
  twilioCode: 31904,
  remedy: 'see that the address of its DNS record is right, and that this machine has a network',
};
const CUT: Row = {
  id: 'connection-cut',
  what: 'takes the connection and cuts it without an answer',
  twilioCode: 31903,
  remedy:
    'see that the tunnel or proxy is up and speaks TLS on this port; its log says why it hangs up',
};

const ROWS: Readonly<Record<string, Row>> = {
  ENOTFOUND: {
    id: 'name-unknown',
    what: 'is no name that a name server knows',
    twilioCode: 31904,
    remedy:
      'look at the spelling of PUBLIC_DOMAIN; add the A record at your DNS provider, or open the tunnel again (npm run tunnel): a free one may have a new name each time',
  },
  EAI_AGAIN: {
    id: 'name-server-silent',
    what: 'could not be looked up: no name server answered',
    twilioCode: 31904,
    remedy: 'see that this machine has a network, then that the domain has name servers',
    why: 'nothing is known of the name from here; if Twilio cannot look it up either, no stream comes',
  },
  ECONNREFUSED: REFUSED,
  ETIMEDOUT: TIMED_OUT,
  TIMEOUT: TIMED_OUT,
  UND_ERR_CONNECT_TIMEOUT: TIMED_OUT,
  UND_ERR_HEADERS_TIMEOUT: TIMED_OUT,
  EHOSTUNREACH: NO_WAY,
  ENETUNREACH: NO_WAY,
  ECONNRESET: CUT,
  EPIPE: CUT,
  UND_ERR_SOCKET: CUT,
};

/** The finding of a connection that came to no answer: what it was, and what to do. */
export function explainConnection({ code, message }: LostConnection, what: string): Finding {
  const isLate = message.includes('handshake has timed out');
  const isCut = /socket hang up|socket disconnected/.test(message);
  const row = ROWS[code] ?? (isLate ? TIMED_OUT : isCut ? CUT : undefined);
  if (row === undefined) {
    return {
      level: 'fault',
      id: 'connection-failed',
      found: `${what}: ${message}${code === '' ? '' : ` (${code})`}`,
      why: NO_STREAM,
      remedy: 'look at the log of the proxy or tunnel in front of the bridge',
      twilioCode: 31920,
    };
  }
  const { id, twilioCode, remedy, why = NO_STREAM } = row;
  const shown = code === '' ? '' : ` (${code})`;
  return { level: 'fault', id, found: `${what} ${row.what}${shown}`, why, remedy, twilioCode };
}
