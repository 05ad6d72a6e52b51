import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { placeCall } from '../phone/phone-call';
import type { PhoneOptions } from '../phone/phone-options';

export const TOKEN = 'auth-token-of-a-test';
export const FUNCTIONS = 'https://functions.example.com';
export const BRIDGE = 'wss://bridge.example.com';

/** One request that a webhook got. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly form: Record<string, string>;
  readonly headers: IncomingMessage['headers'];
}

const toClose: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(toClose.splice(0).map((close) => close())));

type Answer =
  string | { status?: number; headers?: Record<string, string>; body?: string | Buffer };

/** A stand-in for the Functions: a path answers with TwiML, or with whatever it likes. */
export async function startWebhooks(
  routes: Record<string, Answer | ((received: Received) => Answer | undefined)>,
) {
  const received: Received[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    request.setEncoding('utf8');
    for await (const chunk of request) body += String(chunk);
    const url = new URL(request.url ?? '', FUNCTIONS);
    const one: Received = {
      method: request.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      form: Object.fromEntries(new URLSearchParams(body)),
      headers: request.headers,
    };
    received.push(one);
    const route = routes[url.pathname] ?? { status: 404, body: 'nothing here' };
    const given = typeof route === 'function' ? route(one) : route;
    if (given === undefined) return; // never answers
    const { status = 200, headers, body: text } = typeof given === 'string' ? twiml(given) : given;
    response.writeHead(status, headers ?? { 'content-type': 'text/plain' });
    response.end(text);
  };
  const server = createServer((request, response) => void answer(request, response));
  const port = await listen(server);
  toClose.push(() => closeServer(server));
  return {
    received,
    place: `http://127.0.0.1:${port}`,
    at: (path: string) => received.filter((one) => one.path === path),
  };
}

/** A TwiML answer. */
export function twiml(body: string) {
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?><Response>${body}</Response>`,
  };
}

/** A Twilio message, as parsed from the wire. */
export interface WireMessage {
  event: string;
  sequenceNumber?: string;
  streamSid?: string;
  start?: { customParameters: Record<string, string>; [key: string]: unknown };
  media?: { track: string; chunk: string; timestamp: string; payload: string };
  mark?: { name: string };
  dtmf?: { track: string; digit: string };
  stop?: Record<string, string>;
}

/** One stream that the stand-in for the bridge took. */
export class TakenStream {
  readonly messages: WireMessage[] = [];
  readonly closed: Promise<[number, Buffer]>;
  streamSid = '';
  readonly #waiters: (() => void)[] = [];

  constructor(
    readonly socket: WebSocket,
    readonly request: IncomingMessage,
  ) {
    this.closed = once(socket, 'close') as Promise<[number, Buffer]>;
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as WireMessage;
      this.messages.push(message);
      this.streamSid = message.streamSid ?? this.streamSid;
      for (const wake of this.#waiters.splice(0)) wake();
    });
  }

  /** All messages of a kind. */
  all(event: string): WireMessage[] {
    return this.messages.filter((message) => message.event === event);
  }

  /** The nth message of a kind, when it is there. */
  async nth(event: string, count = 1): Promise<WireMessage> {
    for (;;) {
      const message = this.all(event)[count - 1];
      if (message !== undefined) return message;
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  media(bytes: Buffer): void {
    const media = { payload: bytes.toString('base64') };
    this.send({ event: 'media', streamSid: this.streamSid, media });
  }

  mark(name: string): void {
    this.send({ event: 'mark', streamSid: this.streamSid, mark: { name } });
  }

  clear(): void {
    this.send({ event: 'clear', streamSid: this.streamSid });
  }

  /** The caller's audio, in order. */
  audio(): Buffer {
    return Buffer.concat(
      this.all('media').map(({ media }) => Buffer.from(media?.payload ?? '', 'base64')),
    );
  }
}

/** A stand-in for the bridge; `refuse` answers the upgrade with an HTTP status instead. */
export async function startBridge(
  talk: (stream: TakenStream) => void | Promise<void>,
  refuse?: { status: number; body: string },
) {
  const streams: TakenStream[] = [];
  const upgrades: IncomingMessage[] = [];
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: true });
  server.on('upgrade', (request, socket, head) => {
    upgrades.push(request);
    if (refuse !== undefined) {
      socket.end(
        `HTTP/1.1 ${refuse.status} No\r\nContent-Length: ${refuse.body.length}\r\nConnection: close\r\n\r\n${refuse.body}`,
      );
      return;
    }
    sockets.handleUpgrade(request, socket, head, (taken) => {
      const stream = new TakenStream(taken, request);
      streams.push(stream);
      void talk(stream);
    });
  });
  const port = await listen(server);
  toClose.push(() => {
    for (const { socket } of streams) socket.terminate();
    return closeServer(server);
  });
  return {
    streams,
    upgrades,
    place: `http://127.0.0.1:${port}`,
  };
}

/** A call to the stand-ins, with no time lost on Say and Pause. */
export function call(
  functions: { place: string },
  bridge: { place: string } | undefined,
  options: Partial<PhoneOptions> = {},
) {
  return placeCall({
    voiceUrl: `${FUNCTIONS}/voice`,
    authToken: TOKEN,
    hosts: {
      'functions.example.com': functions.place,
      ...(bridge && { 'bridge.example.com': bridge.place }),
    },
    sayMsPerCharacter: 0,
    pauseScale: 0,
    maxMs: 10_000,
    quietMs: 50,
    ...options,
  });
}

/** Mu-law bytes that differ from each other and from silence. */
export function tone(ms: number, seed = 0): Buffer {
  return Buffer.from(Array.from({ length: ms * 8 }, (_, index) => (index * 7 + seed * 31) % 120));
}

/** A port of the loopback where nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await closeServer(server);
  return port;
}

function closeServer(server: ReturnType<typeof createServer>): Promise<unknown> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
}

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
