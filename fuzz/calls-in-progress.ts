import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { type FuzzedBridge, type Ticket, writeStart } from './bridge';
import type { CountingModel } from './model';

const FRAME_MS = 20;
const SETTLE_MS = 200;

/** How late frames arrive at the model, in milliseconds from the phone's sending. */
export interface Lateness {
  readonly frames: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Calls that go on, each with a frame every 20 ms that carries when it was sent. */
export interface CallsInProgress {
  readonly tickets: readonly Ticket[];
  /** Payloads at the model that no call in progress has sent. */
  readonly strange: () => number;
  /** How many of the calls are there yet. */
  readonly alive: () => number;
  /** The frames since the last time that this was asked. */
  takeLateness(): Lateness;
  stop(): Promise<void>;
}

/** A payload that says who sent it and when, and is not silence. */
function writePayload(call: number, nowMs: number): string {
  const bytes = Buffer.alloc(160, 0x55);
  bytes.writeUInt32BE(call, 0);
  bytes.writeDoubleBE(nowMs, 4);
  return bytes.toString('base64');
}

/** Opens the calls and lets them talk. */
export async function startCalls(
  bridge: FuzzedBridge,
  model: CountingModel,
  count: number,
): Promise<CallsInProgress> {
  let lateMs: number[] = [];
  let strange = 0;
  model.onAudio = (payload) => {
    const bytes = Buffer.from(payload, 'base64');
    if (bytes.length !== 160 || bytes[159] !== 0x55) strange += 1;
    else lateMs.push(performance.now() - bytes.readDoubleBE(4));
  };
  const open = async (call: number) => {
    const ticket = await bridge.admit(`CAinprogress${call}`);
    const phone = bridge.connect(ticket.callSid);
    phone.on('error', () => undefined); // it then counts as gone
    await once(phone, 'open');
    phone.send(writeStart(ticket));
    return { ticket, phone };
  };
  const calls = await Promise.all(Array.from({ length: count }, (_, call) => open(call)));
  await wait(SETTLE_MS);
  let sequence = 1;
  const begunAtMs = performance.now();
  const timer = setInterval(() => {
    // A timer that was late catches up, so that the calls have all their frames.
    while ((sequence - 1) * FRAME_MS <= performance.now() - begunAtMs) {
      sequence += 1;
      for (const [call, { phone }] of calls.entries())
        phone.send(
          `{"event":"media","sequenceNumber":"${sequence}","media":{"track":"inbound","chunk":"${sequence}","timestamp":"${sequence * FRAME_MS}","payload":"${writePayload(call, performance.now())}"},"streamSid":"MZ1"}`,
        );
    }
  }, FRAME_MS / 4);
  return {
    tickets: calls.map(({ ticket }) => ticket),
    strange: () => strange,
    alive: () => calls.filter(({ phone }) => phone.readyState === phone.OPEN).length,
    takeLateness: () => {
      const sorted = lateMs.sort((one, other) => one - other);
      lateMs = [];
      const at = (share: number) => round(sorted[Math.floor(share * (sorted.length - 1))] ?? NaN);
      return { frames: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99) };
    },
    stop: async () => {
      clearInterval(timer);
      for (const { phone } of calls) phone.close(1000);
      await wait(SETTLE_MS);
    },
  };
}

const round = (ms: number) => Math.round(ms * 100) / 100;
