import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';

/** A refusal's body is waited for so long; the status says enough without it. */
const BODY_MS = 5_000;
const MAX_BODY_CHARACTERS = 4_000;

/** An HTTP answer in place of an open WebSocket. */
export interface UpgradeRefusal {
  readonly kind: 'refused';
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** No HTTP answer at all: `code` is Node's, or empty. */
export interface UpgradeFailure {
  readonly kind: 'failed';
  readonly code: string;
  readonly message: string;
}

/** What came of an upgrade. */
export type Upgrade =
  | {
      readonly kind: 'opened';
      readonly socket: WebSocket;
      /** From the first byte to the open socket: name, TCP, TLS and upgrade. */
      readonly openMs: number;
    }
  | UpgradeRefusal
  | UpgradeFailure;

/** Waits until a WebSocket that was just made is open or refused. Never rejects. */
export function settleUpgrade(socket: WebSocket): Promise<Upgrade> {
  const startedMs = performance.now();
  return new Promise((resolve) => {
    // Stays: an open socket that fails later must not end the process; its close event follows.
    socket.on('error', (error: Error & { code?: string }) => {
      resolve({ kind: 'failed', code: error.code ?? '', message: error.message });
    });
    socket.once('unexpected-response', (request, response) => {
      void readRefusal(response).then((refusal) => {
        request.destroy();
        resolve(refusal);
      });
    });
    socket.once('open', () => {
      resolve({ kind: 'opened', socket, openMs: performance.now() - startedMs });
    });
  });
}

function readRefusal(response: IncomingMessage): Promise<UpgradeRefusal> {
  return new Promise((resolve) => {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      body = (body + chunk).slice(0, MAX_BODY_CHARACTERS);
    });
    const done = () => {
      clearTimeout(limit);
      const { statusCode = 0, headers } = response;
      resolve({ kind: 'refused', status: statusCode, headers, body });
    };
    const limit = setTimeout(done, BODY_MS);
    response.once('error', done);
    response.once('close', done);
  });
}
