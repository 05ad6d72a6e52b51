import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';

const HANDSHAKE_MS = 10_000;
const ECHO_MS = 5_000;
const MAX_BODY_CHARACTERS = 4_000;

/** A frame of Twilio's size, a long one, and letters of more than one byte. */
const FRAMES = ['a', 'media'.repeat(50), 'x'.repeat(8_000), 'äöü ✓ 日本', 'the end'];

/** What came of the check. */
export type EchoCheck =
  | {
      readonly kind: 'echoed';
      /** From the first byte to the open socket: name, TCP, TLS and upgrade. */
      readonly openMs: number;
      readonly frames: number;
      /** The median of the frames. */
      readonly roundTripMs: number;
    }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly headers: Readonly<Record<string, string | string[] | undefined>>;
      readonly body: string;
    }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  | { readonly kind: 'not echoed'; readonly why: string };

/** Opens `wss://{host}/ws-test` the way Twilio opens a stream, and has some frames said back. */
export function checkEcho(host: string): Promise<EchoCheck> {
  const startedMs = performance.now();
  const socket = new WebSocket(`wss://${host}/ws-test`, {
    perMessageDeflate: false,
    followRedirects: false,
    handshakeTimeout: HANDSHAKE_MS,
    // Not a browser's name: ngrok shows browsers a page first.
    headers: { 'User-Agent': 'realtime-phone tunnel check' },
  });
  return new Promise((resolve) => {
    socket.once('error', (error: Error & { code?: string }) => {
      resolve({ kind: 'failed', code: error.code ?? '', message: error.message });
    });
    socket.once('unexpected-response', (request, response) => {
      void readRefusal(response).then((refusal) => {
        request.destroy();
        resolve(refusal);
      });
    });
    socket.once('open', () => {
      const openMs = performance.now() - startedMs;
      void echo(socket).then((result) => {
        socket.terminate();
        resolve(
          typeof result === 'string'
            ? { kind: 'not echoed', why: result }
            : { kind: 'echoed', openMs, frames: result.length, roundTripMs: median(result) },
        );
      });
    });
  });
}

/** Says the frames one after the other. Gives the round trip of each, or why it came to nothing. */
function echo(socket: WebSocket): Promise<number[] | string> {
  return new Promise((resolve) => {
    const trips: number[] = [];
    const end = (result: number[] | string) => {
      clearTimeout(limit);
      resolve(result);
    };
    const limit = setTimeout(
      () => end(`frame ${trips.length + 1} did not come back within ${ECHO_MS / 1_000} s`),
      ECHO_MS,
    );
    let sentMs = 0;
    const say = () => {
      sentMs = performance.now();
      socket.send(FRAMES[trips.length] ?? '');
    };
    socket.on('message', (data: Buffer) => {
      const said = data.toString();
      if (said !== FRAMES[trips.length]) {
        return end(`a frame came back as something else: ${said.slice(0, 60)}`);
      }
      trips.push(performance.now() - sentMs);
      if (trips.length === FRAMES.length) end(trips);
      else say();
    });
    socket.once('close', (code) =>
      end(`the socket was closed (${code}) after ${trips.length} of ${FRAMES.length} frames`),
    );
    say();
  });
}

function readRefusal(response: IncomingMessage): Promise<EchoCheck> {
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
    const limit = setTimeout(done, ECHO_MS);
    response.once('close', done);
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
