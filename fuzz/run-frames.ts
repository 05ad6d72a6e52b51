import { once } from 'node:events';
import fc from 'fast-check';
import type { WebSocket } from 'ws';
import { FAULTS } from '../protocol/errors';
import { fuzzAgentFiles } from './agent-files';
import { admissionBody } from './bodies';
import { type FuzzedBridge, readResidentMib, startBridgeProcess, writeStart } from './bridge';
import { modelEvent } from './events';
import { twilioFrame } from './frames';
import { startCountingModel } from './model';

const STREAMS_AT_ONCE = 16;
const BATCH = 50;
const SAMPLED_AT_ONCE = 5_000;
const MAX_QUEUED_BYTES = 1_000_000;
/** The heap of a bridge that has just begun grows by so much whatever it does. */
const MEMORY_SLACK_MIB = 60;
const OTHER_ENDS: ReadonlySet<string> = new Set(['', 'call_ended', 'stop']);

/** What a run of frames came to. */
export interface FramesReport {
  readonly twilioFrames: number;
  readonly modelFrames: number;
  readonly streams: number;
  readonly bodies: number;
  readonly agentFiles: number;
  /** Why streams were closed: reason → how often. */
  readonly ends: Readonly<Record<string, number>>;
  /** MiB, looked at ten times. */
  readonly residentMib: readonly number[];
  /** What must not be; empty where all held. */
  readonly faults: readonly string[];
}

/** Gives samples for ever, and the same ones for the same seed. */
function* sampleFrom(arbitrary: fc.Arbitrary<string>, seed: number): Generator<string, never> {
  for (let round = seed; ; round += 1)
    yield* fc.sample(arbitrary, { numRuns: SAMPLED_AT_ONCE, seed: round });
}

/**
 * Sends fuzzed frames to a built bridge from both sides at once, over real sockets, and fuzzed
 * admissions and agent files.
 * @param agents the folder of the agents that are shipped.
 */
export async function runFrames(
  frames: number,
  seed: number,
  { main, agents }: { readonly main: string; readonly agents: string },
  print: (line: string) => void,
): Promise<FramesReport> {
  const model = await startCountingModel();
  const bridge = await startBridgeProcess(main, model.url);
  const fromTwilio = sampleFrom(twilioFrame, seed);
  const fromModel = sampleFrom(modelEvent, seed);
  const ends: Record<string, number> = {};
  const residentMib: number[] = [];
  const faults: string[] = [];
  const sent = { twilio: 0, model: 0, streams: 0 };
  const wanted = Math.ceil(frames / 2);
  let speaker = 0;
  let looks = 0;
  const ready = new Set<WebSocket>();
  model.onReady = (session) => {
    ready.add(session);
    session.once('close', () => ready.delete(session));
  };

  const speakAsModel = () => {
    const session = [...ready][speaker++ % Math.max(1, ready.size)];
    if (session === undefined || session.bufferedAmount > MAX_QUEUED_BYTES) return;
    for (let count = 0; count < BATCH && sent.model < wanted; count += 1, sent.model += 1)
      session.send(fromModel.next().value);
  };
  const speakAsTwilio = async (phone: WebSocket) => {
    while (isOpen(phone) && sent.twilio + sent.model < 2 * wanted) {
      for (let count = 0; count < BATCH && sent.twilio < wanted; count += 1, sent.twilio += 1)
        phone.send(fromTwilio.next().value);
      speakAsModel();
      do await new Promise((resolve) => setImmediate(resolve));
      while (phone.bufferedAmount > MAX_QUEUED_BYTES && isOpen(phone));
    }
  };
  const stream = async () => {
    sent.streams += 1;
    const ticket = await bridge.admit(`CA${sent.streams}`);
    const phone = bridge.connect(ticket.callSid);
    phone.on('error', () => undefined); // the close tells
    const closed = new Promise<string>((resolve) =>
      phone.once('close', (_code, reason: Buffer) => resolve(reason.toString())),
    );
    await once(phone, 'open');
    phone.send(writeStart(ticket));
    await speakAsTwilio(phone);
    phone.close(1000, '');
    const reason = await closed;
    ends[reason] = (ends[reason] ?? 0) + 1;
  };
  const work = async () => {
    while (sent.twilio + sent.model < 2 * wanted) {
      await stream();
      const share = (sent.twilio + sent.model) / (2 * wanted);
      if (share * 10 < looks) continue;
      looks += 1;
      residentMib.push(await readResidentMib(bridge));
      print(`${sent.twilio + sent.model} frames, ${residentMib.at(-1) ?? 0} MiB`);
    }
  };

  const bodies = Math.ceil(frames / 100);
  try {
    faults.push(...(await sendBodies(bridge, bodies, seed)));
    await Promise.all(Array.from({ length: STREAMS_AT_ONCE }, work));
    residentMib.push(await readResidentMib(bridge));
    faults.push(...(await findInternalErrors(bridge)));
  } catch (error) {
    faults.push(`the run broke off: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await bridge.stop();
    model.close();
  }
  fuzzAgentFiles(bodies, seed, agents);
  const unknown = Object.keys(ends).filter(
    (reason) => !OTHER_ENDS.has(reason) && !(reason in FAULTS),
  );
  if (unknown.length > 0) faults.push(`streams closed without a code: ${unknown.join(', ')}`);
  if (growth(residentMib) > MEMORY_SLACK_MIB) faults.push(`memory grew: ${residentMib.join(', ')}`);
  return {
    twilioFrames: sent.twilio,
    modelFrames: sent.model,
    streams: sent.streams,
    bodies,
    agentFiles: bodies,
    ends,
    residentMib,
    faults,
  };
}

const isOpen = (socket: WebSocket) => socket.readyState === socket.OPEN;

/** By how much the second half of the run had more than the first. */
function growth(mib: readonly number[]): number {
  const half = Math.ceil(mib.length / 2);
  return Math.max(0, ...mib.slice(half)) - Math.max(0, ...mib.slice(0, half));
}

async function sendBodies(bridge: FuzzedBridge, count: number, seed: number): Promise<string[]> {
  const faults: string[] = [];
  for (const body of fc.sample(admissionBody, { numRuns: count, seed })) {
    const { status, text } = await bridge.post('/calls', body);
    const code = status === 201 ? 'body_invalid' : (JSON.parse(text) as { code: string }).code;
    if (status === 500 || !(code in FAULTS))
      faults.push(`${status} ${text.slice(0, 200)} to ${body.slice(0, 200)}`);
  }
  return faults;
}

async function findInternalErrors(bridge: FuzzedBridge): Promise<string[]> {
  const metrics = await bridge.readMetrics();
  return [...metrics].filter(([name]) => name.includes('internal_error')).map(([name]) => name);
}
