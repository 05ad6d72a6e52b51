import { WebSocket } from 'ws';

/** Twilio's cadence: https://www.twilio.com/docs/voice/media-streams/websocket-messages */
const FRAME_MS = 20;
const FRAMES = 200;
/** What has not come back so long after the last frame does not come. */
const PATIENCE_MS = 2_500;
/** 20 ms of mu-law, as Twilio puts it. */
const PAYLOAD = Buffer.alloc(160, 0xff).toString('base64');

/** How frames travelled to the bridge and back. */
export interface EchoRun {
  readonly sent: number;
  readonly lost: number;
  /** Frames that came back as none of those that were sent. */
  readonly strange: number;
  /** Median, in milliseconds. */
  readonly roundTripMs: number;
  readonly longestMs: number;
  /** Mean difference of a round trip from the one before. */
  readonly jitterMs: number;
  /** The close code, where the socket did not last. */
  readonly closed: number | undefined;
}

/** Sends frames as Twilio does, on its clock, and waits until they are back. Never rejects. */
export function runEcho(socket: WebSocket): Promise<EchoRun> {
  const startedMs = performance.now();
  const pending = new Map<string, number>();
  const tripsMs: number[] = [];
  let sent = 0;
  let strange = 0;
  let timer: NodeJS.Timeout | undefined;
  return new Promise((resolve) => {
    const end = (closed?: number) => {
      clearTimeout(timer);
      socket.off('message', take);
      socket.off('close', end);
      socket.terminate();
      const roundTripMs = [...tripsMs].sort((a, b) => a - b)[tripsMs.length >> 1] ?? 0;
      const longestMs = Math.max(0, ...tripsMs);
      const jitterMs = meanDifference(tripsMs);
      resolve({ sent, lost: pending.size, strange, roundTripMs, longestMs, jitterMs, closed });
    };
    const take = (data: Buffer) => {
      const text = data.toString();
      const sentMs = pending.get(text);
      if (sentMs === undefined) strange += 1;
      else tripsMs.push(performance.now() - sentMs);
      pending.delete(text);
      if (sent === FRAMES && pending.size === 0) end();
    };
    const say = () => {
      if (socket.readyState !== WebSocket.OPEN) return; // its close event is on the way
      sent += 1;
      const media = { track: 'inbound', chunk: String(sent), payload: PAYLOAD };
      const text = JSON.stringify({ event: 'media', sequenceNumber: String(sent + 1), media });
      pending.set(text, performance.now());
      socket.send(text);
      if (sent === FRAMES) timer = setTimeout(() => end(), PATIENCE_MS);
      else timer = setTimeout(say, startedMs + sent * FRAME_MS - performance.now());
    };
    socket.on('message', take);
    socket.on('close', end);
    say();
  });
}

function meanDifference(values: readonly number[]): number {
  const differences = values.slice(1).map((value, at) => Math.abs(value - (values[at] ?? value)));
  return differences.reduce((sum, one) => sum + one, 0) / Math.max(1, differences.length);
}
