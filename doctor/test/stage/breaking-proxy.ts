import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as send,
  type RequestOptions,
  STATUS_CODES,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureVersion } from 'node:tls';
import { WebSocket, WebSocketServer } from 'ws';
import type { ServerCertificate } from './authority';

/** An answer of the proxy's own. */
export interface OwnAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What the proxy does wrong; nothing by default. */
export interface ProxyFaults {
  /** Serves TLS with it; without one it serves plain HTTP. */
  readonly certificate?: ServerCertificate;
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
  readonly ciphers?: string;
  /** Answers by itself, where it gives an answer. */
  readonly answer?: (path: string, isUpgrade: boolean) => OwnAnswer | undefined;
  /** Passes an upgrade as a plain request. */
  readonly dropsUpgrade?: boolean;
  /** Hangs up on upgrades. */
  readonly cutsUpgrade?: boolean;
  /** Header names in lower case. */
  readonly strips?: readonly string[];
  /** Sent as Host in place of the client's. */
  readonly host?: string;
  readonly path?: (path: string) => string;
  /** Cuts a connection on which nothing was said for so long. */
  readonly idleMs?: number;
  /** Holds each request back. */
  readonly delayMs?: number;
  /** Each so many-th frame from the bridge is lost, on /ws-test. */
  readonly losesEvery?: number;
  /** Holds each frame from the bridge back, on /ws-test. */
  readonly frameDelayMs?: number;
}

/** A proxy in front of a bridge, in the way on purpose. */
export interface BreakingProxy {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts one on a free port of loopback. */
export async function startBreakingProxy(
  target: string,
  faults: ProxyFaults = {},
): Promise<BreakingProxy> {
  const { certificate, minVersion, maxVersion, ciphers } = faults;
  const tls = {
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
    ...(ciphers === undefined ? {} : { ciphers }),
  };
  const server =
    certificate === undefined ? createServer() : createTlsServer({ ...certificate, ...tls });
  const open = new Set<Duplex>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => open.delete(socket));
    if (faults.idleMs !== undefined) socket.setTimeout(faults.idleMs, () => socket.destroy());
  });
  server.on('request', (request, response) => {
    void pause(faults.delayMs).then(() => {
      const own = faults.answer?.(request.url ?? '/', false);
      if (own !== undefined) {
        response.writeHead(own.status, own.headers).end(own.body);
        return;
      }
      const passed = send(target, passOn(request, faults), (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      passed.on('error', () => response.writeHead(502).end());
      request.pipe(passed);
    });
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const own = faults.answer?.(request.url ?? '/', true);
    if (faults.cutsUpgrade) socket.destroy();
    else if (own !== undefined) answerRaw(socket, own);
    else if (hasFrameFaults(faults) && request.url === '/ws-test')
      relayFrames(target, request, socket, head, faults);
    else relay(target, request, socket, head, faults);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port, not on a pipe
  return {
    url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    close: async () => {
      for (const socket of open) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const OF_AN_UPGRADE = [
  'connection',
  'upgrade',
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-extensions',
];

function passOn(
  request: IncomingMessage,
  { strips = [], host, path, dropsUpgrade = false }: ProxyFaults,
): RequestOptions {
  const gone = [...strips, ...(dropsUpgrade ? OF_AN_UPGRADE : [])];
  const headers: IncomingHttpHeaders = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => !gone.includes(name)),
  );
  const target = request.url ?? '/';
  return {
    method: request.method ?? 'GET',
    path: path === undefined ? target : path(target),
    headers: { ...headers, ...(host === undefined ? {} : { host }) },
    agent: false,
  };
}

/** Passes an upgrade, and then bytes both ways. */
function relay(
  target: string,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  faults: ProxyFaults,
): void {
  const passed = send(target, passOn(request, faults));
  passed.on('error', () => socket.destroy());
  passed.on('response', (answer) => {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.on('end', () => {
      const { statusCode: status = 502, headers } = answer;
      const type = headers['content-type'] ?? 'text/plain';
      const body = Buffer.concat(chunks).toString();
      answerRaw(socket, { status, headers: { 'content-type': type }, body });
    });
  });
  passed.on('upgrade', (answer, upstream) => {
    upstream.on('error', () => socket.destroy());
    upstream.once('close', () => socket.destroy());
    socket.once('close', () => upstream.destroy());
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${linesOf(answer.headers)}\r\n`);
    if (head.length > 0) upstream.write(head);
    upstream.pipe(socket).pipe(upstream);
  });
  passed.end();
}

function hasFrameFaults({ losesEvery, frameDelayMs }: ProxyFaults): boolean {
  return losesEvery !== undefined || frameDelayMs !== undefined;
}

/** Ends the WebSocket and opens another behind, so that single frames can be lost or late. */
function relayFrames(
  target: string,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  { losesEvery = Infinity, frameDelayMs }: ProxyFaults,
): void {
  const server = new WebSocketServer({ noServer: true });
  server.handleUpgrade(request, socket, head, (front) => {
    const back = new WebSocket(`${target.replace(/^http/, 'ws')}${request.url ?? '/'}`);
    const early: Buffer[] = [];
    let frames = 0;
    front.on('message', (data: Buffer) => {
      if (back.readyState === WebSocket.OPEN) back.send(data.toString());
      else early.push(data);
    });
    back.on('open', () => early.forEach((data) => back.send(data.toString())));
    back.on('message', (data: Buffer) => {
      frames += 1;
      if (frames % losesEvery !== 0)
        void pause(frameDelayMs).then(() => front.send(data.toString()));
    });
    for (const one of [front, back]) one.on('error', () => undefined);
    front.once('close', () => back.terminate());
    back.once('close', () => front.terminate());
  });
}

function answerRaw(socket: Duplex, { status, headers = {}, body = '' }: OwnAnswer): void {
  const all = {
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${linesOf(all)}\r\n${body}`);
}

function linesOf(headers: IncomingHttpHeaders): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${String(value)}\r\n`)
    .join('');
}

function pause(ms = 0): Promise<void> {
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}
