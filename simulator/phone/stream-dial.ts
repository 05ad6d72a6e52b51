import { signForTwilio } from '@realtime-phone/protocol/twilio-signature';
import { WebSocket } from 'ws';
import { findDestination, type Hosts } from './hosts';
import { targetOf } from './request-target';
import { describe, streamCodeOf, type TwilioCode } from './twilio-faults';

/** The stream's server did not take the socket. */
export interface StreamRefusal {
  readonly code: TwilioCode;
  readonly detail: string;
  /** HTTP status, where there was an answer. */
  readonly status?: number;
}

/** What a socket does from its first moment on. */
export interface SocketListener {
  message(data: Buffer, isBinary: boolean): void;
  closed(code: number, reason: string): void;
  /** The other side broke the WebSocket protocol, or the connection broke. */
  failed(problem: Error): void;
}

export interface DialSettings {
  readonly authToken: string;
  readonly hosts: Hosts;
  readonly connectTimeoutMs: number;
  /** The authority that is trusted over TLS, PEM; otherwise the usual ones. */
  readonly ca?: string;
}

/** The address that Twilio dials: without query and fragment, which it drops and says nothing. */
export function dialledAddress(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

/**
 * Opens a socket as Twilio does: signed over the address as it is sent, no subprotocol, no
 * extensions, no Origin. The listener hears everything from the first frame on.
 */
export function dialStream(
  url: string,
  settings: DialSettings,
  listener: SocketListener,
): Promise<WebSocket | StreamRefusal> {
  const { url: real, host } = findDestination(new URL(url), settings.hosts);
  // Letter for letter what the TwiML has, but for what the upgrade has to write in another way.
  const signed = targetOf(url).prefix + real.pathname;
  return new Promise((resolve) => {
    const socket = new WebSocket(real, {
      perMessageDeflate: false,
      followRedirects: false,
      handshakeTimeout: settings.connectTimeoutMs,
      ...(settings.ca !== undefined && { ca: settings.ca }),
      ...(real.protocol === 'wss:' && { servername: host.replace(/:\d+$/, '') }),
      headers: {
        Host: host,
        'User-Agent': 'Twilio.TmeWs/1.0',
        'X-Twilio-Signature': signForTwilio(settings.authToken, signed),
      },
    });
    let opened = false;
    socket.once('open', () => {
      opened = true;
      resolve(socket);
    });
    socket.on('message', (data, isBinary) => listener.message(toBuffer(data), isBinary));
    socket.on('close', (code, reason) => {
      if (opened) listener.closed(code, reason.toString('utf8'));
    });
    socket.on('error', (problem) => {
      if (opened) listener.failed(problem);
      else resolve({ code: streamCodeOf(problem), detail: `${url}: ${describe(problem)}` });
    });
    socket.once('unexpected-response', (request, response) => {
      const status = response.statusCode ?? 0;
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body = (body + chunk).slice(0, 500);
      });
      response.once('close', () => {
        request.destroy();
        const said = body.trim() === '' ? '' : `: ${body.trim()}`;
        resolve({ code: 31920, status, detail: `${url} answered ${status}${said}` });
      });
    });
  });
}

function toBuffer(data: Buffer | ArrayBuffer | Buffer[]): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
