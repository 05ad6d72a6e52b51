import { connect, type Socket } from 'node:net';
import { constants, setPriority } from 'node:os';
import { WebSocket } from 'ws';
import { signForTwilio } from '../protocol/twilio-signature';
import { type Ticket, writeStart } from './bridge';

const HOST = 'bridge.example.com';

/** What the strangers know, and how many of them there are. */
export interface AttackPlan {
  readonly port: number;
  readonly authToken: string;
  readonly connections: number;
  readonly atOnce: number;
  readonly seed: number;
  /** Calls that were admitted and whose own stream never comes. */
  readonly victims: readonly Ticket[];
  /** A call in progress, with the token that it has used. */
  readonly inProgress: Ticket;
}

/** What became of the connections: kind → end → how often. */
export type AttackReport = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Audio that no call in progress sends: 160 bytes of 0x13. */
export const HOSTILE_PAYLOAD = Buffer.alloc(160, 0x13).toString('base64');
const MEDIA = `{"event":"media","sequenceNumber":"2","media":{"track":"inbound","chunk":"1","timestamp":"5","payload":"${HOSTILE_PAYLOAD}"},"streamSid":"MZ1"}`;
const HALF_OPEN_MS = 20_000;

type Stranger = (plan: AttackPlan, at: number) => Promise<string>;

/** Opens a stream, sends frames once it is open, and tells how it ended. */
function stream(
  plan: AttackPlan,
  at: number,
  callSid: string,
  signature: string | undefined,
  frames: readonly string[],
): Promise<string> {
  const path = `/media-stream/${callSid}`;
  const signed = signature ?? signForTwilio(plan.authToken, `wss://${HOST}${path}`);
  const socket = new WebSocket(`ws://127.0.0.1:${plan.port}${path}`, {
    perMessageDeflate: false,
    headers: {
      host: HOST,
      ...(signed === '' ? {} : { 'x-twilio-signature': signed }),
      // As if a proxy had it from somebody: a few addresses with many sockets each.
      'x-forwarded-for': `203.0.113.${at % 40}`,
    },
  });
  return new Promise((resolve) => {
    socket.on('open', () => {
      for (const frame of frames) socket.send(frame, () => undefined);
    });
    socket.on('unexpected-response', (request, response) => {
      request.destroy();
      resolve(`HTTP ${response.statusCode ?? 0}`);
    });
    socket.on('error', () => undefined);
    socket.on('close', (code, reason: Buffer) => resolve(`${code} ${reason.toString()}`));
  });
}

/** A connection in plain TCP. */
function raw(plan: AttackPlan, talk: (socket: Socket) => void, limitMs: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(plan.port, '127.0.0.1', () => talk(socket));
    const letGo = () => {
      socket.destroy();
      resolve('let go by the stranger');
    };
    // On a busy machine this process may have slept past its limit: what came by then is read first.
    const limit = setTimeout(() => setImmediate(() => setImmediate(letGo)), limitMs);
    socket.on('error', () => undefined);
    socket.on('data', () => undefined);
    socket.on('close', () => {
      clearTimeout(limit);
      resolve('cut');
    });
  });
}

/** Of two ways of one kind every other time. */
const isOdd = (at: number) => Math.floor(at / KINDS.length) % 2 === 1;
const victimOf = ({ victims, inProgress }: AttackPlan, at: number): Ticket =>
  victims[at % victims.length] ?? inProgress;
const flood = (start: string) => [start, ...Array<string>(20).fill(MEDIA)];

const STRANGERS: Readonly<Record<string, Stranger>> = {
  'no signature': (plan, at) => stream(plan, at, victimOf(plan, at).callSid, '', [MEDIA]),
  'wrong signature': (plan, at) =>
    stream(plan, at, victimOf(plan, at).callSid, signForTwilio('x', String(at)), [MEDIA]),
  'call not admitted': (plan, at) => stream(plan, at, `CAnobody${at}`, undefined, [MEDIA]),
  'no token': (plan, at) => {
    const { callSid } = victimOf(plan, at);
    return stream(plan, at, callSid, undefined, flood(writeStart({ callSid, token: '' })));
  },
  'wrong token': (plan, at) => {
    const { callSid, token } = victimOf(plan, at);
    return stream(plan, at, callSid, undefined, flood(writeStart({ callSid, token: `${token}x` })));
  },
  'token of another call': (plan, at) => {
    const { callSid } = victimOf(plan, at);
    const { token } = victimOf(plan, at + 1);
    return stream(plan, at, callSid, undefined, flood(writeStart({ callSid, token })));
  },
  'token that was used': (plan, at) =>
    stream(plan, at, plan.inProgress.callSid, undefined, flood(writeStart(plan.inProgress))),
  'start of another call': (plan, at) => {
    const { callSid } = victimOf(plan, at);
    return stream(plan, at, callSid, undefined, flood(writeStart(victimOf(plan, at + 1))));
  },
  'flood before start': (plan, at) =>
    stream(plan, at, victimOf(plan, at).callSid, undefined, flood('{"event":"connected"}')),
  oversize: (plan, at) =>
    stream(plan, at, victimOf(plan, at).callSid, undefined, ['x'.repeat(isOdd(at) ? 70_000 : 3e6)]),
  'slow start': (plan, at) => stream(plan, at, victimOf(plan, at).callSid, undefined, []),
  'half-open': (plan, at) =>
    raw(
      plan,
      (socket) => socket.write(isOdd(at) ? '' : 'GET /media-stream/CA1 HTTP/1.1\r\nHost: x\r\n'),
      HALF_OPEN_MS,
    ),
  'no HTTP': (plan) =>
    raw(plan, (socket) => socket.write('\u0016\u0003\u0001 hello\r\n\r\n'), 5_000),
  reset: (plan) => raw(plan, (socket) => socket.resetAndDestroy(), 5_000),
};

/** The kinds of strangers, each as often as the others. */
export const KINDS: readonly string[] = Object.keys(STRANGERS);

/** Sends all connections of a plan, as JSON, and prints the report as one line of JSON. */
export async function attack(plan: string): Promise<void> {
  const read = JSON.parse(plan) as AttackPlan; // from this very program
  // Strangers have machines of their own: they must not take the bridge's core. The lowest priority
  // of all would stop them for many seconds where others work, and their patience would prove nothing.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const report: Record<string, Record<string, number>> = {};
  let next = 0;
  const work = async () => {
    while (next < read.connections) {
      const at = next++;
      const kind = KINDS[(at + read.seed) % KINDS.length] ?? '';
      const end = (await STRANGERS[kind]?.(read, at)) ?? '';
      const ends = (report[kind] ??= {});
      ends[end] = (ends[end] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: read.atOnce }, work));
  process.stdout.write(`${JSON.stringify(report)}\n`);
}
