import { isIPv4, isIPv6 } from 'node:net';
import type { TwimlElement } from './document';
import { quote, type TwimlFinding } from './finding';

const HOST = /^[a-z0-9._-]+$|^\[[0-9a-f:.]+\]$/i;

/**
 * The `url` of a `<Stream>`: absolute, `wss`, no query string, reachable from outside.
 * Source: https://www.twilio.com/docs/voice/twiml/stream
 */
export function checkStreamUrl({ attributes, line }: TwimlElement): TwimlFinding[] {
  const { url, connectorName } = attributes;
  if (url === undefined) {
    if (connectorName !== undefined) return [];
    return [
      error(
        null,
        'stream-url-missing',
        'this <Stream> has no url',
        'add url="wss://…": without it Twilio has nowhere to send the audio',
        line,
      ),
    ];
  }
  const findings: TwimlFinding[] = [];
  const query = url.indexOf('?');
  if (query !== -1) {
    findings.push(
      error(
        null,
        'stream-query-dropped',
        `Twilio cuts ${quote(url.slice(query))} off the stream address before it connects, and says nothing`,
        'pass the values as <Parameter name="…" value="…"/> within <Stream>, or as a segment of the path',
        line,
      ),
    );
  }
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    findings.push(
      /^[/\w]/.test(url) && !/\s/.test(url)
        ? {
            code: null,
            id: 'stream-url-relative',
            level: 'warning',
            message: `the stream address ${quote(url)} is relative, which has been seen to fail`,
            remedy: 'write the whole address, from wss:// on',
            line,
          }
        : malformed(url, line),
    );
    return findings;
  }
  if (scheme !== 'wss') {
    findings.push(
      error(
        31922,
        'stream-scheme',
        `the stream address begins with ${scheme}://; Twilio connects to wss:// only`,
        'write wss://, and put TLS in front of the server',
        line,
      ),
    );
    return findings;
  }
  const host = hostOf(url);
  if (host === undefined) findings.push(malformed(url, line));
  else if (isPrivateHost(host)) {
    findings.push({
      code: null,
      id: 'stream-host-private',
      level: 'warning',
      message: `Twilio cannot reach ${quote(host)} from outside`,
      remedy: 'use a public host name, or a tunnel; on the line this ends in 31904 or 31901',
      line,
    });
  }
  return findings;
}

function hostOf(url: string): string | undefined {
  if (/[\s\p{Cc}{}<>|\\^`]/u.test(url) || !/^wss:\/\/[^/]/i.test(url)) return undefined;
  try {
    const { hostname } = new URL(url);
    return HOST.test(hostname) ? hostname : undefined;
  } catch {
    return undefined;
  }
}

/** True for a host name or address that only its own network can reach. */
export function isPrivateHost(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '');
  if (isIPv4(name)) {
    const [a = 0, b = 0] = name.split('.').map(Number);
    return (
      [0, 10, 127].includes(a) ||
      (a === 172 && b >= 16 && b < 32) ||
      (a === 192 && b === 168) ||
      (a === 169 && b === 254) ||
      (a === 100 && b >= 64 && b < 128)
    );
  }
  if (isIPv6(name)) return name === '::1' || name === '::' || /^f[cd]|^fe[89ab]/.test(name);
  return !name.includes('.') || /\.(?:localhost|local|internal|lan|home\.arpa)$/.test(name);
}

function malformed(url: string, line: number): TwimlFinding {
  return error(
    31923,
    'stream-url-malformed',
    `the stream address ${quote(url)} is not an address`,
    'write wss://host/path; look for a variable that was not filled in',
    line,
  );
}

function error(
  code: number | null,
  id: string,
  message: string,
  remedy: string,
  line: number,
): TwimlFinding {
  return { code, id, level: 'error', message, remedy, line };
}
