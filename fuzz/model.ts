import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** A model that confirms every session, keeps account of the audio that reaches it, and may be made to speak. */
export interface CountingModel {
  readonly url: string;
  /** Is told each payload of caller audio, base64. */
  onAudio: (payload: string) => void;
  /** Is told each session once it is confirmed. */
  onReady: (socket: WebSocket) => void;
  close(): void;
}

const APPEND = '{"type":"input_audio_buffer.append","audio":"';

/** Starts one on a free port of loopback. */
export async function startCountingModel(): Promise<CountingModel> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port, not on a pipe
  const model: CountingModel = {
    url: `ws://127.0.0.1:${port}/v1/realtime`,
    onAudio: () => undefined,
    onReady: () => undefined,
    close: () => {
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
  server.on('connection', (socket) => {
    socket.on('error', () => undefined); // a bridge that ends a session may do so in mid-frame
    socket.send(JSON.stringify({ type: 'session.created', session: { id: 's', model: 'm' } }));
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      if (text.startsWith(APPEND)) return model.onAudio(text.slice(APPEND.length, -2));
      const { type, session } = JSON.parse(text) as { type: string; session?: object };
      if (type !== 'session.update') return;
      const side = { format: { type: 'audio/pcmu' } };
      const audio = { input: side, output: side };
      socket.send(JSON.stringify({ type: 'session.updated', session: { ...session, audio } }));
      model.onReady(socket);
    });
  });
  return model;
}
