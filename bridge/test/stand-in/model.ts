import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** A client event as it came, for a test to look at. */
export type Received = Readonly<Record<string, unknown>> & { readonly type: string };

/** One session of the stand-in model. */
export interface StandInSession {
  readonly socket: WebSocket;
  readonly received: Received[];
  /** All audio appended so far. */
  appended(): Buffer;
  send(event: object): void;
  /** Confirms the session as asked for. */
  confirm(format?: string): void;
  /** Waits until an event of that type has come, and gives it. */
  waitFor(type: string, times?: number): Promise<Received>;
}

/** A model that does nothing by itself, for tests that want each step in their own hands. */
export interface StandInModel {
  readonly url: string;
  readonly sessions: StandInSession[];
  /** What happens when a session is opened; by default it is created and confirmed at once. */
  onOpen: (session: StandInSession) => void;
  /** Refuses the next upgrades with this status. */
  refuseWith: number | undefined;
  nextSession(): Promise<StandInSession>;
  close(): void;
}

/** Starts one on a free port of loopback. */
export async function startStandInModel(): Promise<StandInModel> {
  const waiting: ((session: StandInSession) => void)[] = [];
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    verifyClient: (_info, done) => {
      if (model.refuseWith === undefined) done(true);
      else done(false, model.refuseWith);
    },
  });
  await once(server, 'listening');
  const model: StandInModel = {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1/realtime`,
    sessions: [],
    onOpen: (session) => {
      session.send({
        type: 'session.created',
        session: { id: 'sess_1', model: 'gpt-realtime-2.1' },
      });
      void session.waitFor('session.update').then(() => session.confirm());
    },
    refuseWith: undefined,
    nextSession: () => new Promise((resolve) => waiting.push(resolve)),
    close: () => {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
  server.on('connection', (socket) => {
    const session = openSession(socket);
    model.sessions.push(session);
    model.onOpen(session);
    waiting.shift()?.(session);
  });
  return model;
}

function openSession(socket: WebSocket): StandInSession {
  const received: Received[] = [];
  const watchers = new Set<() => void>();
  const session: StandInSession = {
    socket,
    received,
    appended: () =>
      Buffer.concat(
        received
          .filter(({ type }) => type === 'input_audio_buffer.append')
          .map(({ audio }) => Buffer.from(String(audio), 'base64')),
      ),
    send: (event) => socket.send(JSON.stringify({ event_id: 'event_x', ...event })),
    confirm: (format = 'audio/pcmu') => {
      const asked = received.find(({ type }) => type === 'session.update')?.session as object;
      const audio = { input: { format: { type: format } }, output: { format: { type: format } } };
      session.send({ type: 'session.updated', session: { ...asked, audio } });
    },
    waitFor: (type, times = 1) =>
      new Promise((resolve) => {
        const look = () => {
          const found = received.filter((event) => event.type === type)[times - 1];
          if (found === undefined) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
      }),
  };
  socket.on('message', (data: Buffer) => {
    received.push(JSON.parse(data.toString()) as Received);
    for (const look of [...watchers]) look();
  });
  return session;
}
