import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { validateRequest } from 'twilio/lib/webhooks/webhooks';
import { type WebSocket, WebSocketServer } from 'ws';

/** Form or query parameters; one that is repeated has an array, as Express gives it. */
export type Parameters = Record<string, string | string[]>;

/** One request, put together from nothing but what came over the wire. */
export interface Signed {
  readonly method: string;
  /** What a server makes of scheme, Host header and request target. */
  readonly url: string;
  readonly parameters: Parameters;
  readonly signature: string;
}

/** A server at a public address that no one but Twilio may enter. */
export interface SignedServer {
  /** Where it really is. */
  readonly place: string;
  /** Every request and upgrade that came, allowed or not. */
  readonly received: readonly Signed[];
  readonly refused: readonly Signed[];
  close(): Promise<void>;
}

/**
 * Starts a server that asks Twilio's library about every request and upgrade, and answers 403 to
 * what it refuses.
 * @param answer the body of the TwiML for a request, or a place to be redirected to.
 * @param talk what becomes of a stream.
 */
export async function startSignedServer(
  authToken: string,
  answer: (signed: Signed) => string | { status: number; location: string },
  talk: (socket: WebSocket) => void,
): Promise<SignedServer> {
  const received: Signed[] = [];
  const refused: Signed[] = [];
  const allows = (signed: Signed) => {
    received.push(signed);
    const { signature, url, parameters } = signed;
    const allowed = validateRequest(authToken, signature, url, parameters);
    if (!allowed) refused.push(signed);
    return allowed;
  };
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const signed = read(request, 'https', body);
      const given = allows(signed) ? answer(signed) : { status: 403, location: '' };
      if (typeof given !== 'string') {
        response.writeHead(given.status, { Location: given.location }).end();
        return;
      }
      response.writeHead(200, { 'Content-Type': 'text/xml' });
      response.end(`<?xml version="1.0" encoding="UTF-8"?><Response>${given}</Response>`);
    });
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (allows(read(request, 'wss', ''))) sockets.handleUpgrade(request, socket, head, talk);
    else socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    place: `http://127.0.0.1:${port}`,
    received,
    refused,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function read(request: IncomingMessage, scheme: string, body: string): Signed {
  const { method = '', url: target = '', headers } = request;
  const parameters: Parameters = {};
  const form = new URLSearchParams(body);
  for (const name of new Set(form.keys())) {
    const [first = '', ...more] = form.getAll(name);
    parameters[name] = more.length > 0 ? [first, ...more] : first;
  }
  return {
    method,
    url: `${scheme}://${headers.host ?? ''}${target}`,
    parameters,
    signature: String(headers['x-twilio-signature'] ?? ''),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  request.setEncoding('utf8');
  for await (const chunk of request) body += String(chunk);
  return body;
}
