import { WebSocket } from 'ws';
import { settleUpgrade, type UpgradeFailure, type UpgradeRefusal } from '../../doctor/upgrade';

const HANDSHAKE_MS = 10_000;
const ECHO_MS = 5_000;

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
  | UpgradeRefusal
  | UpgradeFailure
  | { readonly kind: 'not echoed'; readonly why: string };

/** Opens `wss://{host}/ws-test` the way Twilio opens a stream, and has some frames said back. */
export async function checkEcho(host: string): Promise<EchoCheck> {
  const upgrade = await settleUpgrade(
    new WebSocket(`wss://${host}/ws-test`, {
      perMessageDeflate: false,
      followRedirects: false,
      handshakeTimeout: HANDSHAKE_MS,
      // Not a browser's name: ngrok shows browsers a page first.
      headers: { 'User-Agent': 'realtime-phone tunnel check' },
    }),
  );
  if (upgrade.kind !== 'opened') return upgrade;
  const { socket, openMs } = upgrade;
  const result = await echo(socket);
  socket.terminate();
  return typeof result === 'string'
    ? { kind: 'not echoed', why: result }
    : { kind: 'echoed', openMs, frames: result.length, roundTripMs: median(result) };
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

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
