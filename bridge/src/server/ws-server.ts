import { createServer, STATUS_CODES, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { CodedError } from '@realtime-phone/protocol/errors';
import { answerError } from './answers';
import type { HttpAnswer, HttpRequest, ServerSocket, StartWebServer } from './web';

const PING_MS = 30_000;
/** Who connects and says nothing, or says it by the byte, is cut; the native server does the same. */
const SLOW_CLIENTS = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 2_000,
};

/** Serves on Node's http and `ws`, where the native module cannot load. */
export const startOnWs: StartWebServer = async (handler, { host, port }, limits) => {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.hardFrameBytes,
    perMessageDeflate: false,
  });
  const server = createServer(SLOW_CLIENTS, (request, response) => {
    const answer = ({ status, headers, body }: HttpAnswer) => {
      if (!response.headersSent) response.writeHead(status, headers).end(body);
    };
    readBody(request, limits.maxBodyBytes, (body) => {
      if (body === undefined) return answer(answerError(new CodedError('body_too_large')));
      void Promise.resolve(handler.http({ ...readHead(request), body })).then(answer);
    });
  });
  server.on('upgrade', (request, stream, head) => {
    stream.on('error', () => stream.destroy());
    const decision = handler.upgrade(readHead(request));
    if ('refuse' in decision) return sendRefusal(stream, decision.refuse);
    sockets.handleUpgrade(request, stream, head, (socket) => {
      const listener = decision.accept(wrap(socket, limits.maxQueuedBytes));
      const stopPings = keepKnown(socket);
      socket.on('error', () => undefined); // the close event follows, with what is to be known
      socket.on('message', (data: Buffer, isBinary) => listener.onMessage(data, isBinary));
      socket.on('close', (code, reason) => {
        stopPings();
        listener.onClose(code, reason.toString());
      });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    engine: 'ws',
    port: (server.address() as AddressInfo).port, // it listens on a port, not on a pipe
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

function wrap(socket: WebSocket, maxQueuedBytes: number): ServerSocket {
  return {
    sendText: (text, behind) => {
      if (socket.readyState !== WebSocket.OPEN) return;
      socket.send(typeof text === 'string' ? text : Buffer.from(text), { binary: false });
      if (behind !== undefined) socket.send(behind);
      if (socket.bufferedAmount > maxQueuedBytes) socket.terminate();
    },
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
    queuedBytes: () => socket.bufferedAmount,
  };
}

/** Pings; one that has not answered by the next ping is dead. */
function keepKnown(socket: WebSocket): () => void {
  let alive = true;
  socket.on('pong', () => {
    alive = true;
  });
  const timer = setInterval(() => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  }, PING_MS);
  return () => clearInterval(timer);
}

function readHead(request: IncomingMessage): Omit<HttpRequest, 'body'> {
  const target = request.url ?? '/';
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    method: request.method ?? 'GET',
    target,
    path: target.split('?', 1)[0] ?? target,
    headers,
    remoteAddress: request.socket.remoteAddress ?? '',
  };
}

function readBody(
  request: IncomingMessage,
  maxBytes: number,
  done: (body: string | undefined) => void,
) {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
    else if (bytes - chunk.length <= maxBytes) done(undefined);
  });
  request.on('end', () => {
    if (bytes <= maxBytes) done(Buffer.concat(chunks).toString());
  });
}

function sendRefusal(stream: Duplex, { status, headers, body }: HttpAnswer): void {
  const lines = Object.entries({
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  });
  stream.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n` +
      lines.map(([name, value]) => `${name}: ${value}\r\n`).join('') +
      `\r\n${body}`,
  );
}
