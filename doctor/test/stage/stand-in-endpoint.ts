import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** Something that is no model, at the address of one. */
export interface StandInEndpoint {
  /** `ws://…/v1/realtime` */
  readonly url: string;
  close(): void;
}

/**
 * Answers an upgrade with plain HTTP, as another server or a provider that refuses does.
 * @param body the whole JSON of the answer, or text.
 */
export function answerWith(
  status: number,
  body: object | string = '',
  headers: Readonly<Record<string, string>> = {},
): Promise<StandInEndpoint> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return listen(
    createServer().on('upgrade', (_request, socket: Socket) => {
      const lines = Object.entries({
        ...headers,
        'Content-Length': String(Buffer.byteLength(text)),
      });
      socket.end(
        [
          `HTTP/1.1 ${status} Status`,
          'Connection: close',
          ...lines.map(([name, value]) => `${name}: ${value}`),
          '',
          text,
        ].join('\r\n'),
      );
    }),
  );
}

/** A plain web server, which has never heard of upgrades. */
export function serveWeb(answer: RequestListener): Promise<StandInEndpoint> {
  return listen(createServer(answer));
}

/** A WebSocket server of any kind. */
export function serveSockets(greet: (socket: WebSocket) => void): Promise<StandInEndpoint> {
  const server = createServer();
  new WebSocketServer({ server }).on('connection', greet);
  return listen(server);
}

/** Puts any server on a free port of loopback. */
export async function listen(server: Server): Promise<StandInEndpoint> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    url: `ws://127.0.0.1:${port}/v1/realtime`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
