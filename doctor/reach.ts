import { lookup as lookUpName } from 'node:dns/promises';
import { WebSocket } from 'ws';
import { Agent, request } from 'undici';
import { findDestination, type Hosts } from '@realtime-phone/simulator/phone/hosts';

/** Of an answer so much is kept; the rest of a page says nothing more. */
const MAX_BODY_BYTES = 1024 * 1024;
const REQUEST_MS = 10_000;

/** An HTTP answer; every status is one. */
export interface Answer {
  readonly status: number;
  /** Names in lower case; repeated ones joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly tookMs: number;
}

/** A request to a public address. */
export interface Question {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Default 10 s. */
  readonly limitMs?: number;
}

/** No answer came: `code` is Node's, as in ECONNREFUSED or CERT_HAS_EXPIRED, or `TIMEOUT`. */
export class Unreachable extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Unreachable';
    this.code = code;
  }
}

/**
 * How public addresses are reached from here: by their names, or where the hosts say that they
 * really are. Redirects are not followed, since Twilio's stream does not either.
 */
export class Reach {
  readonly hosts: Hosts;
  readonly ca: string | undefined;
  readonly #agent: Agent;
  readonly #sockets: Set<WebSocket>;

  /**
   * @param ca authorities that are trusted beside the usual ones, PEM.
   * @param parent whose connections are shared.
   */
  constructor(hosts: Hosts = {}, ca?: string, parent?: Reach) {
    this.hosts = hosts;
    this.ca = ca;
    this.#sockets = parent === undefined ? new Set() : parent.#sockets;
    const connect = { timeout: REQUEST_MS, ...(ca === undefined ? {} : { ca }) };
    this.#agent = parent === undefined ? new Agent({ pipelining: 0, connect }) : parent.#agent;
  }

  /** The same with more hosts; it is closed with this one. */
  withHosts(more: Hosts): Reach {
    return new Reach({ ...this.hosts, ...more }, this.ca, this);
  }

  /** True where the host is not reached by its name. */
  isMapped(host: string): boolean {
    return (this.hosts[host] ?? this.hosts[host.replace(/:\d+$/, '')]) !== undefined;
  }

  /**
   * The addresses of a host name, IPv4 and IPv6.
   * @throws Unreachable as ENOTFOUND.
   */
  async lookUp(host: string): Promise<readonly string[]> {
    try {
      return (await lookUpName(host, { all: true })).map(({ address }) => address);
    } catch (error) {
      throw asUnreachable(error);
    }
  }

  /** @throws Unreachable where no answer came. */
  async ask({ url, method = 'GET', headers, body, limitMs }: Question): Promise<Answer> {
    const { url: real, host } = findDestination(new URL(url), this.hosts);
    const startedMs = performance.now();
    const signal = AbortSignal.timeout(limitMs ?? REQUEST_MS);
    try {
      const answer = await request(real, {
        dispatcher: this.#agent,
        method,
        headers: { 'user-agent': 'realtime-phone doctor', ...headers, host },
        signal,
        ...(body === undefined ? {} : { body }),
      });
      const text = await readBody(answer.body);
      const tookMs = Math.round(performance.now() - startedMs);
      return { status: answer.statusCode, headers: flatten(answer.headers), body: text, tookMs };
    } catch (error) {
      if (signal.aborted)
        throw new Unreachable('TIMEOUT', `no answer from ${url}`, { cause: error });
      throw asUnreachable(error);
    }
  }

  /** A WebSocket that is being opened, without compression, as Twilio opens its stream. */
  dial(url: string, headers: Readonly<Record<string, string>> = {}): WebSocket {
    const { url: real, host } = findDestination(new URL(url), this.hosts);
    const socket = new WebSocket(real, {
      perMessageDeflate: false,
      followRedirects: false,
      handshakeTimeout: REQUEST_MS,
      ...(this.ca === undefined ? {} : { ca: this.ca }),
      ...(real.protocol === 'wss:' && { servername: host.replace(/:\d+$/, '') }),
      headers: { 'User-Agent': 'realtime-phone doctor', ...headers, Host: host },
    });
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }

  /** Frees the connections, open sockets among them. */
  close(): Promise<void> {
    for (const socket of this.#sockets) {
      socket.on('error', () => undefined); // one that is still opening complains
      socket.terminate();
    }
    return this.#agent.destroy();
  }
}

/** Whatever a connection failed with, as what it is. */
export function asUnreachable(error: unknown): Unreachable {
  if (error instanceof Unreachable) return error;
  const { code, message } = Object(error) as { code?: unknown; message?: unknown }; // may have none
  return new Unreachable(typeof code === 'string' ? code : '', String(message ?? error), {
    cause: error,
  });
}

async function readBody(body: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) continue;
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function flatten(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
  );
}
