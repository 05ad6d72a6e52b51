import { STATUS_CODES } from 'node:http';
import { createServer } from 'node:net';
import type * as uwsModule from 'uWebSockets.js';
import type { HttpResponse, HttpRequest as UwsRequest, WebSocket } from 'uWebSockets.js';
import { CodedError } from '@realtime-phone/protocol/errors';
import { answerError } from './answers';
import type {
  HttpAnswer,
  HttpRequest,
  SocketListener,
  StartWebServer,
  UpgradeDecision,
} from './web';

type Uws = typeof uwsModule;
type Accept = Extract<UpgradeDecision, { accept: unknown }>['accept'];

interface SocketState {
  readonly accept: Accept;
  socket: UwsSocket | undefined;
  listener: SocketListener | undefined;
}

/** LIBUS_LISTEN_EXCLUSIVE_PORT: without it a second process would share the port in silence. */
const EXCLUSIVE_PORT = 1;
const IDLE_TIMEOUT_S = 60;

/** The module takes these four; its typings know only three (uWebSockets.js, AppWrapper.h). */
interface ExclusiveListener {
  listen(host: string, port: number, options: number, done: (socket: object | false) => void): void;
}

/**
 * Serves on uWebSockets.js. Pings keep idle connections known; a dead one is closed after a minute.
 * @param uws the native module, loaded.
 */
export const startOnUws =
  (uws: Uws): StartWebServer =>
  async (handler, { host, port }, limits) => {
    const app = uws.App();
    app.ws<SocketState>('/*', {
      maxPayloadLength: limits.hardFrameBytes,
      maxBackpressure: limits.maxQueuedBytes,
      closeOnBackpressureLimit: 1,
      idleTimeout: IDLE_TIMEOUT_S,
      upgrade: (res, req, context) => {
        const decision = handler.upgrade(readHead(res, req));
        if ('refuse' in decision) return sendAnswer(res, decision.refuse);
        res.upgrade<SocketState>(
          { accept: decision.accept, socket: undefined, listener: undefined },
          req.getHeader('sec-websocket-key'),
          req.getHeader('sec-websocket-protocol'),
          req.getHeader('sec-websocket-extensions'),
          context,
        );
      },
      open: (socket) => {
        const state = socket.getUserData();
        state.socket = new UwsSocket(socket);
        state.listener = state.accept(state.socket);
      },
      message: (socket, message, isBinary) => {
        socket.getUserData().listener?.onMessage(new Uint8Array(message), isBinary);
      },
      close: (socket, code, message) => {
        const state = socket.getUserData();
        state.socket?.noteClosed();
        state.listener?.onClose(code, Buffer.from(message).toString());
        state.listener = undefined;
      },
    });
    app.any('/*', (res, req) => {
      const head = readHead(res, req);
      let aborted = false;
      const answer = (what: HttpAnswer) => {
        if (aborted) return;
        aborted = true; // one answer a request
        res.cork(() => sendAnswer(res, what, head.method === 'HEAD'));
      };
      res.onAborted(() => {
        aborted = true;
      });
      readBody(res, limits.maxBodyBytes, (body) => {
        if (body === undefined) return answer(answerError(new CodedError('body_too_large')));
        void Promise.resolve(handler.http({ ...head, body })).then(answer);
      });
    });

    const listening = await new Promise<object | false>((resolve) => {
      (app as unknown as ExclusiveListener).listen(host, port, EXCLUSIVE_PORT, resolve);
    });
    if (listening === false) throw await findListenError(host, port);
    return {
      engine: 'uWebSockets.js',
      port: uws.us_socket_local_port(listening),
      close: () => {
        app.close();
        return Promise.resolve();
      },
    };
  };

/** A native socket must not be touched after its close event. */
class UwsSocket {
  readonly #socket: WebSocket<SocketState>;
  #isOpen = true;

  constructor(socket: WebSocket<SocketState>) {
    this.#socket = socket;
  }

  sendText(text: string | Uint8Array, behind?: string): void {
    if (!this.#isOpen) return;
    if (behind === undefined) this.#socket.send(text, false);
    else
      this.#socket.cork(() => {
        this.#socket.send(text, false);
        if (this.#isOpen) this.#socket.send(behind, false);
      });
  }

  close(code: number, reason: string): void {
    if (this.#isOpen) this.#socket.end(code, reason);
  }

  terminate(): void {
    if (this.#isOpen) this.#socket.close();
  }

  queuedBytes(): number {
    return this.#isOpen ? this.#socket.getBufferedAmount() : 0;
  }

  /** The close event has come. */
  noteClosed(): void {
    this.#isOpen = false;
  }
}

function readHead(res: HttpResponse, req: UwsRequest): Omit<HttpRequest, 'body'> {
  const headers: Record<string, string> = {};
  req.forEach((name, value) => {
    // One that comes twice is one list (RFC 9110 section 5.3), as Node has it.
    headers[name] = name in headers ? `${headers[name] ?? ''}, ${value}` : value;
  });
  const path = req.getUrl();
  const query = req.getQuery() as string | undefined; // undefined, whatever the typings say
  return {
    method: req.getCaseSensitiveMethod(),
    path,
    target: query === undefined || query === '' ? path : `${path}?${query}`,
    headers,
    remoteAddress: Buffer.from(res.getRemoteAddressAsText()).toString(),
  };
}

function readBody(res: HttpResponse, maxBytes: number, done: (body: string | undefined) => void) {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let over = false;
  res.onData((chunk, isLast) => {
    if (over) return;
    bytes += chunk.byteLength;
    if (bytes > maxBytes) {
      over = true;
      return done(undefined);
    }
    chunks.push(Buffer.from(new Uint8Array(chunk))); // the chunk is only good during the call
    if (isLast) done(Buffer.concat(chunks).toString());
  });
}

function sendAnswer(
  res: HttpResponse,
  { status, headers, body }: HttpAnswer,
  withoutBody = false,
): void {
  res.writeStatus(`${status} ${STATUS_CODES[status] ?? ''}`);
  for (const [name, value] of Object.entries(headers ?? {})) res.writeHeader(name, value);
  if (withoutBody) res.endWithoutBody(Buffer.byteLength(body));
  else res.end(body);
}

/** The native module does not say why it could not listen; Node does. */
async function findListenError(host: string, port: number): Promise<Error> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', resolve);
    probe.listen({ host, port, exclusive: true }, () => {
      probe.close(() => resolve(new Error(`could not listen on ${host}:${port}`)));
    });
  });
}
