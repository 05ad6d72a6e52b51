interface TwilioFault {
  readonly level: 'error' | 'warning';
  readonly message: string;
  readonly remedy: string;
}

/**
 * Twilio's codes that the phone reports itself; those of documents come with the TwiML check.
 * Source: https://www.twilio.com/docs/api/errors
 */
export const TWILIO_FAULTS = {
  11200: error('HTTP retrieval failure', 'answer 200 with a Content-Type, within 15 s'),
  11202: error('TCP connection refused', 'start the server, or correct the address'),
  11205: error('HTTP connection failure', 'answer within 15 s, on an address that can be reached'),
  11206: error('HTTP protocol violation', 'speak HTTP there; https only where TLS is'),
  11210: error('HTTP bad host name', 'correct the host, or its DNS'),
  11215: error('Too many HTTP redirects', 'answer at the address itself'),
  11220: error('SSL/TLS handshake error', 'offer TLS 1.2 or newer'),
  11235: error('Certificate does not fit the host', 'use a certificate for this host'),
  11236: error('Certificate has expired', 'renew the certificate'),
  11237: error(
    'Certificate has no path to a known authority',
    'send the full chain of a public CA',
  ),
  11750: error('TwiML response body too large', 'answer less than 64 kB of TwiML'),
  12100: error('Document parse failure', 'answer well-formed XML'),
  31901: error('Stream: connection timed out', 'check host, tunnel and firewall (443)'),
  31902: error('Stream: connection refused', 'start the server, or correct the port'),
  31903: error('Stream: connection broken', 'look at proxy and network; idle time-outs are usual'),
  31904: error('Stream: host unreachable', 'correct the host, or its DNS'),
  31910: error('Stream: TLS error', 'serve wss on 443 with a valid certificate'),
  31920: error(
    'Stream: handshake error, the answer was not 101',
    'check the path and that proxies pass Upgrade; a query string never arrives, use <Parameter>',
  ),
  31921: error('Stream: the server closed the socket', 'see the close code and reason'),
  31922: error('Stream: scheme not supported', 'use wss://'),
  31923: error('Stream: malformed URL', 'write an absolute wss:// address'),
  31924: error('Stream: WebSocket protocol error', 'send frames that conform to RFC 6455'),
  31930: warning('Stream: media buffer overflow', 'read faster; caller audio was dropped'),
  31931: warning('Stream: media discarded', 'queue no more than 10 minutes of audio'),
  31941: error(
    'Stream: invalid track',
    'leave track out under <Connect>; only inbound_track is legal',
  ),
  31950: warning('Stream: malformed message', 'send text frames, never binary'),
  31951: warning('Stream: invalid message', 'send media, mark or clear with exactly their fields'),
} as const satisfies Record<number, TwilioFault>;

/** A code of the table. */
export type TwilioCode = keyof typeof TWILIO_FAULTS;

const TLS = /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO)/;

/** Twilio's code for a webhook that got no HTTP answer. */
export function webhookCodeOf(problem: unknown): TwilioCode {
  const code = codeOf(problem);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 11235;
  if (code === 'CERT_HAS_EXPIRED') return 11236;
  if (/^(?:DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code)) return 11237;
  if (/WRONG_VERSION_NUMBER|^HPE_/.test(code)) return 11206;
  if (TLS.test(code)) return 11220;
  switch (code) {
    case 'ECONNREFUSED':
      return 11202;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 11210;
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
    case 'TimeoutError':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 11205;
    default:
      return 11200;
  }
}

/** Twilio's code for a stream whose handshake did not come to an HTTP answer. */
export function streamCodeOf(problem: unknown): TwilioCode {
  const code = codeOf(problem);
  if (TLS.test(code)) return 31910;
  switch (code) {
    case 'ECONNREFUSED':
      return 31902;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 31904;
    case 'ETIMEDOUT':
      return 31901;
    default:
      return describe(problem) === 'Opening handshake has timed out' ? 31901 : 31920;
  }
}

/** What went wrong, in the words of whoever noticed it. */
export function describe(problem: unknown): string {
  const { errors, message } = asProblem(problem);
  return Array.isArray(errors) ? errors.map(describe).join('; ') : String(message ?? problem);
}

function codeOf(problem: unknown): string {
  const { code, name, cause } = asProblem(problem);
  if (typeof code === 'string') return code;
  if (cause !== undefined) return codeOf(cause);
  return typeof name === 'string' ? name : '';
}

/** By its shape: an error of Node's own may come from another realm. */
function asProblem(problem: unknown): Record<string, unknown> {
  // Any object has string keys; what they hold is looked at by the caller.
  return typeof problem === 'object' && problem !== null
    ? (problem as Record<string, unknown>)
    : {};
}

function error(message: string, remedy: string): TwilioFault {
  return { level: 'error', message, remedy };
}

function warning(message: string, remedy: string): TwilioFault {
  return { level: 'warning', message, remedy };
}
