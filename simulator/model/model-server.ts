import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Faults } from './faults';
import type { ModelEvent, ModelEventKind } from './model-event';
import { ModelSession } from './model-session';
import type { ModelOptions } from './options';
import { resolveOptions } from './options';
import { errorBody, REALTIME_PATH, readUpgrade, refusalOfStatus, refuseUpgrade } from './upgrade';

export type { Faults } from './faults';
export type { ModelEvent } from './model-event';
export type { ModelOptions } from './options';
export type { ModelSession } from './model-session';

/** Over the 15 MiB of one append, in base64 and JSON. */
const MAX_FRAME_BYTES = 32 * 1024 * 1024;

/** A running simulated model. */
export interface Model {
  /** The address for `REALTIME_URL`, as in `ws://127.0.0.1:8090/v1/realtime`. */
  readonly url: string;
  readonly port: number;
  /** All sessions so far, in the order in which they came. */
  readonly sessions: readonly ModelSession[];
  /** Tells `listener` everything that happens from now on. */
  on(listener: (event: ModelEvent) => void): void;
  /** The oldest session that no call of this has given yet; waits for it. */
  nextSession(): Promise<ModelSession>;
  /** From now on new sessions have these faults and no others; a function is asked once a session (0, 1, …). */
  setFaults(faults: Faults | ((session: number) => Faults)): void;
  /** Refuses the next so many upgrades with this HTTP status; then all is as before. */
  refuseNext(times: number, status: number): void;
  /** Breaks all sessions and stops listening. */
  close(): Promise<void>;
}

/**
 * Starts a model that plays the OpenAI Realtime API (GA) over WebSocket.
 * Rejects when the port is taken (`EADDRINUSE`), an option is out of range, or the script names a
 * clip that there is not.
 */
export async function startModel(options: ModelOptions = {}): Promise<Model> {
  const resolved = resolveOptions(options);
  const server = options.tls
    ? createHttpsServer(options.tls, answerHttp)
    : createHttpServer(answerHttp);
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
  });
  const sessions: ModelSession[] = [];
  const unclaimed: ModelSession[] = [];
  const claims: ((session: ModelSession) => void)[] = [];
  const listeners = new Set<(event: ModelEvent) => void>();
  const baseFaults = options.faults ?? {};
  let faultsOf: (session: number) => Faults = () => baseFaults;
  let upgrades = 0;
  let refusals = { left: 0, status: 0 };

  const tell = (kind: ModelEventKind, sessionId: string, sentence: string) => {
    const event = { atUnixMs: Date.now(), kind, sessionId, sentence };
    for (const listener of listeners) listener(event);
  };

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const opening = readUpgrade(request, resolved.apiKey);
    const isRefused = refusals.left > 0;
    if (isRefused) refusals.left -= 1;
    const faults = faultsOf(upgrades);
    upgrades += 1;
    const refuseStatus = isRefused ? refusals.status : faults.refuseStatus;
    const refusal =
      'status' in opening ? opening : refuseStatus !== undefined && refusalOfStatus(refuseStatus);
    if (refusal || 'status' in opening) {
      if (refusal) refuseUpgrade(socket, refusal);
      if (refusal) tell('upgrade refused', '', `refused with ${refusal.status}, ${refusal.code}`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const session = new ModelSession(webSocket, opening, resolved, faults, tell);
      if (request.headers['openai-beta'] === 'realtime=v1') return session.refuseBeta();
      sessions.push(session);
      const claim = claims.shift();
      if (claim) claim(session);
      else unclaimed.push(session);
      session.begin();
    });
  };

  server.on('upgrade', upgrade);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(resolved.port, resolved.host, resolve);
  });
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  const host = resolved.host.includes(':') ? `[${resolved.host}]` : resolved.host;

  return {
    url: `${options.tls ? 'wss' : 'ws'}://${host}:${port}${REALTIME_PATH}`,
    port,
    sessions,
    on: (listener) => void listeners.add(listener),
    nextSession: () => {
      const session = unclaimed.shift();
      return session
        ? Promise.resolve(session)
        : new Promise((resolve) => {
            claims.push(resolve);
          });
    },
    setFaults: (faults) => {
      faultsOf = typeof faults === 'function' ? faults : () => faults;
      upgrades = 0;
    },
    refuseNext: (times, status) => {
      refusals = { left: times, status };
    },
    close: () =>
      new Promise((resolve) => {
        for (const session of sessions) session.shutDown();
        for (const socket of sockets.clients) socket.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answerHttp(request: IncomingMessage, response: ServerResponse): void {
  if (request.url === '/healthz') {
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"ok":true}');
    return;
  }
  const refusal = {
    status: 404,
    code: 'invalid_url',
    message: `There is a WebSocket at ${REALTIME_PATH} and nothing else.`,
  };
  response.writeHead(404, { 'Content-Type': 'application/json' }).end(errorBody(refusal));
}
