import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { ClientSocket } from '../../src/model/socket/client-socket';
import type { Outbox } from '../../src/model/socket/outbox';

/** A socket to a model that is open, and what arrives at its other end. */
export async function openPair(outbox: Outbox) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  const connected = once(server, 'connection') as Promise<[WebSocket, { socket: Socket }]>;
  let noteOpen: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (noteOpen = resolve));
  const nothing = () => undefined;
  const socket = new ClientSocket(
    {
      url: `ws://127.0.0.1:${port}/`,
      headers: {},
      handshakeMs: 2_000,
      maxMessageBytes: 1_000_000,
      outbox,
    },
    {
      onOpen: () => noteOpen(),
      onRefused: nothing,
      onText: nothing,
      onPong: nothing,
      onError: nothing,
      onClose: nothing,
    },
  );
  const [peer, request] = await connected;
  await opened;
  const messages: string[] = [];
  const received = {
    messages,
    /** Pieces in which they came: on loopback one for each write. */
    pieces: 0,
    until: async (count: number) => {
      while (messages.length < count) await once(peer, 'message');
    },
  };
  request.socket.on('data', () => (received.pieces += 1));
  peer.on('message', (data: Buffer) => messages.push(data.toString()));
  const close = async () => {
    const closed = once(server, 'close');
    socket.terminate();
    server.close();
    await closed;
  };
  return { socket, received, close };
}
