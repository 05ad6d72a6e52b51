import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeAgentsFolder } from '../../bridge/test/stand-in/agents';
import { startRedis } from '../../bridge/test/stand-in/redis';
import { testWith } from '../../deploy/test/stage/programs';
import { BRISK, speech } from '../stage/line';
import { FallingStage, type FallenCall } from '../stage/falling-stage';

/** BRIDGE_KILLS=50 for a long run. */
const KILLS = Number(process.env.BRIDGE_KILLS ?? 2);
const CALLER = 'A table for four, please.';
const SENTENCE = 'We have a table for four at seven, by the window, if you like that one best.';
const LAST = 'Until then, goodbye.';
const SCRIPT = {
  greeting: { text: 'Hello, this is the restaurant.' },
  replies: [{ text: SENTENCE }, { text: LAST }],
  heard: [CALLER],
};
/** How long the process is away: Twilio comes at once, and then about each second. */
const AWAY_MS = [0, 400, 900, 1_500, 2_600];
const BACK_WITHIN_MS = 5_000;
const DURABLE_MS = 250;

jest.setTimeout(1_200_000);
const agents = makeAgentsFolder(`greeting: Hello, this is the restaurant.\n${BRISK}`);
let folder: string;
let stage: FallingStage;
beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  folder = mkdtempSync(join(tmpdir(), 'killed-'));
});
afterEach(async () => {
  await stage.close();
  rmSync(folder, { recursive: true });
  jest.restoreAllMocks();
});
afterAll(() => agents.remove());

/** What goes on when the bridge is killed. */
const MOMENTS: readonly ((call: FallenCall) => Promise<void>)[] = [
  async (call) => {
    await call.turns(1);
    void call.phone.say(speech(300));
    await call.agentSpeaks(2);
    await sleep(300);
  },
  async (call) => {
    await call.turns(1);
    void call.phone.say(speech(3_000));
    await sleep(600);
  },
  async (call) => {
    await call.agentSpeaks(1);
    await sleep(200);
  },
  async (call) => {
    await call.turns(1);
    void call.phone.say(speech(300));
    await call.turns(3);
    await sleep(DURABLE_MS);
  },
];

/** The caller hears the agent again, has an answer to what they say then, and hangs up. */
async function endWell(call: FallenCall, backAtMs: number): Promise<number> {
  const heardAtMs = await call.agentSpeaksAfter(backAtMs);
  await call.agentQuiet();
  await call.phone.say(speech(300));
  await call.answered(LAST, SENTENCE);
  call.phone.hangUp();
  await call.phone.finished;
  return heardAtMs - backAtMs;
}

async function kill(times: number): Promise<readonly number[]> {
  const tookMs: number[] = [];
  for (let at = 0; at < times; at += 1) {
    const call = stage.call();
    await MOMENTS[at % MOMENTS.length]?.(call);
    const durable = stage.turnsOf(call.phone.callSid, Date.now() - DURABLE_MS);
    await stage.kill();
    await sleep(AWAY_MS[at % AWAY_MS.length] ?? 0);
    const backAtMs = await stage.start();
    tookMs.push(await endWell(call, backAtMs));
    const record = await stage.record(call.phone.callSid);
    expect(record).toMatchObject({ resumptions: 1, end: { by: 'caller' } });
    expect(record.course.map(({ what }) => what)).toContain('call resumed');
    // Whole: all that was durable comes first, and then what was said in the new stream.
    expect(record.turns.slice(0, durable.length)).toMatchObject(durable);
    expect(record.turns.map(({ atMs }) => atMs)).toEqual(
      record.turns.map(({ atMs }) => atMs).toSorted((one, other) => one - other),
    );
    expect(record.turns.at(-1)?.who).toBe('agent');
    expect(record.turns.length).toBeGreaterThanOrEqual(durable.length + 2);
    // The new session was given it, and refused nothing.
    const session = stage.model.sessions.at(-1);
    const items = JSON.stringify(
      session?.record.clientEvents.filter(({ type }) => type === 'conversation.item.create'),
    );
    for (const { text } of durable) expect(items).toContain(text);
    expect(session?.record.errors).toEqual([]);
  }
  return tookMs;
}

function tell(tookMs: readonly number[]): void {
  const sorted = tookMs.toSorted((one, other) => one - other);
  const p50 = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const most = sorted.at(-1) ?? 0;
  if (process.env.BRIDGE_KILLS !== undefined)
    process.stderr.write(
      `${sorted.length} kills, the agent heard again after p50 ${Math.round(p50)} ms, most ${Math.round(most)} ms\n`,
    );
  expect(most).toBeLessThan(BACK_WITHIN_MS);
}

it('A bridge that is killed in mid-call goes on with it when it is back', async () => {
  stage = await FallingStage.set(SCRIPT, {
    ...agents.environment,
    CALL_STORE: join(folder, 'calls.db'),
  });
  tell(await kill(KILLS));
});

testWith('redis-server')('It does so too with its records in Redis', async () => {
  const redis = await startRedis();
  stage = await FallingStage.set(SCRIPT, { ...agents.environment, CALL_STORE: redis.url });
  tell(await kill(1));
  await redis.remove();
});

it('A call whose socket Twilio loses goes on in another stream', async () => {
  stage = await FallingStage.set(SCRIPT, {
    ...agents.environment,
    CALL_STORE: join(folder, 'calls.db'),
  });
  const call = stage.call();
  await MOMENTS[0]?.(call);
  const lostAtMs = Date.now();
  call.phone.loseStream();
  await endWell(call, lostAtMs);
  const { turns, errors, end } = await stage.record(call.phone.callSid);
  expect(turns.map(({ text }) => text).slice(0, 2)).toEqual([SCRIPT.greeting.text, CALLER]);
  expect(errors.map(({ code }) => code)).toEqual(expect.arrayContaining(['stream_lost']));
  expect(end).toEqual({ by: 'caller' });
  expect((await call.phone.finished).streams).toHaveLength(2);
});
