import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../simulator/phone/network';
import type { PhoneCall } from '../simulator/phone/phone-call';
import { accountOf, type ItemAccount } from './stage/account';
import { BRISK, type Line, type LineCall, openLine, speech } from './stage/line';
import { LoopWatch } from './stage/loop-watch';

const CALLS_A_DELAY = 36;
const ROUNDS = 7;
const DELTA_MS = 100;
const TOLERANCE_MS = 40;
const PATIENCE_MS = 8_000;
/** Of the caller: long enough for every noise gate of these calls. */
const SPEECH = speech(160);

/** Replies of one to three items; some go on after a tool, while their first half still plays. */
const REPLIES = [
  [{ text: 'Yes.' }, { text: 'We have a table for four.' }, { text: 'At seven.' }],
  [{ text: 'Let me see.' }, { tool: 'report_outcome', arguments: {} }],
  [{ text: 'There is one by the window.' }, { text: 'Shall I take it?' }],
  { text: 'It is booked, for tomorrow evening.' },
  [{ text: 'Good' }, { text: 'Anything else?' }, { text: 'A cake, or flowers, perhaps?' }],
  [{ text: 'I am looking.' }, { text: 'A moment.' }, { tool: 'report_outcome', arguments: {} }],
  { text: 'We open at six.' },
];

const AGENT = `greeting: Hello.\ntools: [report_outcome]\noutcome: { type: object }\n${BRISK}`;

describe('Over many interruptions at random moments', () => {
  let line: Line;

  beforeAll(async () => {
    line = await openLine(
      AGENT,
      {
        script: {
          greeting: { text: 'Welcome to Harbour Kitchen.' },
          replies: REPLIES,
          repeat: 'all',
        },
        deltaMs: DELTA_MS,
        audioRate: 3,
      },
      { MAX_CALLS: '200' },
    );
    line.model.setFaults((session) => ({ lateDeltas: session % 3 }));
  });
  afterAll(() => line.close());

  it.each([
    { delayMs: 0, jitterMs: 0 },
    { delayMs: 60, jitterMs: 20 },
    { delayMs: 150, jitterMs: 20 },
  ])(
    'cuts each item where the caller stopped hearing it, $delayMs ms away',
    async ({ delayMs, jitterMs }) => {
      const watch = new LoopWatch();
      const results = await Promise.all(
        Array.from({ length: CALLS_A_DELAY }, async (_, index) => {
          await sleep(index * 25); // not all in one breath
          const seed = index + 1;
          const call = await line.call({ delayMs, jitterMs, seed });
          const clock = new PhoneClock(call.phone);
          await interruptOften(call.phone, seededRandom(seed), delayMs);
          call.phone.hangUp();
          const report = await call.phone.finished;
          const accounts = accountOf(call.session, call.phone, report, DELTA_MS);
          const clears = report.stream?.interruptions ?? [];
          const isClear = ({ clear, soundedAtMs }: ItemAccount) =>
            clear === undefined ||
            [soundedAtMs, clears[clear]?.atMs ?? 0]
              .map((atMs) => clock.at(atMs))
              .every((atMs) => watch.wentOn(atMs - delayMs - jitterMs - 20, atMs + 20));
          return {
            call,
            accounts,
            clears: clears.length,
            counted: accounts.filter(isClear),
          };
        }),
      );
      watch.stop();

      // Nothing that the model refuses was asked of it.
      expect(results.flatMap(({ call }) => call.session.record.errors)).toEqual([]);
      expect(sum(results.map(({ clears }) => clears))).toBeGreaterThanOrEqual(200);
      // More on a machine that is free: where this process stood still, its clocks tell nothing.
      const counted = results.flatMap((result) => result.counted);
      const truncated = counted.filter(({ isTruncated }) => isTruncated);
      expect(truncated.length).toBeGreaterThanOrEqual(100);
      const off = counted.map((item) => ({
        ...item,
        offMs: Math.abs(item.believedMs - item.heardMs),
      }));
      off.sort((one, other) => other.offMs - one.offMs);
      expect(off.filter(({ offMs }) => offMs > delayMs + TOLERANCE_MS)).toEqual([]);
      // Queued and unheard, also by far more than a delay: the model has it at 0.
      const unheard = truncated.filter(({ heardMs }) => heardMs === 0);
      expect(unheard.length).toBeGreaterThan(10);
      // The model was told to cancel by itself; a cancel on top would be refused.
      expect(sum(results.map(({ call }) => cancelsOf(call)))).toBe(0);
    },
    60_000,
  );

  it('drops what still comes of a response that was cut', async () => {
    const metrics = await (await fetch(`${line.bridge.url}/metrics`)).text();
    expect(Number(/^bridge_late_deltas_total (\d+)/m.exec(metrics)?.[1])).toBeGreaterThan(20);
  });
});

/** Has the caller speak at random moments: into each reply, after it, and at times before it. */
async function interruptOften(
  phone: PhoneCall,
  random: () => number,
  delayMs: number,
): Promise<void> {
  await speaks(phone);
  for (let round = 0; round < ROUNDS; round += 1) {
    await sleep(random() * 1_300);
    await phone.say(SPEECH);
    const isHasty = random() < 0.1;
    if (isHasty) await sleep(random() * (400 + 2 * delayMs));
    else await speaks(phone);
  }
}

/** Waits until the agent is heard to begin; one that leaves the caller in silence is a failure. */
async function speaks(phone: PhoneCall): Promise<void> {
  let stop: () => void = () => undefined;
  let patience: NodeJS.Timeout | undefined;
  const heard = new Promise<void>((resolve, reject) => {
    stop = phone.on(({ kind }) => {
      if (kind === 'agent-speaks') resolve();
    });
    patience = setTimeout(() => reject(new Error('the agent says nothing')), PATIENCE_MS);
  });
  await Promise.race([heard, phone.finished]);
  clearTimeout(patience);
  stop();
}

/** Where the moments of a call are on the clock of this process. */
class PhoneClock {
  #startedMs = 0;

  constructor(phone: PhoneCall) {
    phone.on(({ kind, atMs }) => {
      if (kind === 'call-started' || this.#startedMs === 0)
        this.#startedMs = performance.now() - atMs;
    });
  }

  at(atMs: number): number {
    return this.#startedMs + atMs;
  }
}

function cancelsOf({ session }: LineCall): number {
  return session.record.clientEvents.filter(({ type }) => type === 'response.cancel').length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
