import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../simulator/phone/network';
import type { PhoneCall } from '../simulator/phone/phone-call';
import { accountOf, type ItemAccount } from './stage/account';
import { agentSpeaks } from './stage/hearing';
import { BRISK, type Line, openLine, speech } from './stage/line';
import { LoopWatch } from './stage/loop-watch';

const CALLS_A_RUN = 36;
const MOST_RUNS = 4;
const LEAST_COUNTED = 100;
const ROUNDS = 7;
const DELTA_MS = 100;
const TOLERANCE_MS = 40;
/** What happened about a longer pause of this process is not counted. */
const STALL_MS = 30;
/** So long before a moment a busy process may have begun to be late for it. */
const WAY_MS = 150;
/** Speech and the silence that ends it, less what passes anyway. */
const WHOLE_TURN_MS = 250;
const LATE_CODES = ['conversation_already_has_active_response', 'response_cancel_not_active'];
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
    async (network) => {
      const { delayMs } = network;
      const results: Interrupted[] = [];
      const isEnough = () => truncatedOf(results).length >= LEAST_COUNTED;
      // One run, on a machine that has time for it.
      for (let run = 0; run < MOST_RUNS && !isEnough(); run += 1)
        results.push(...(await interruptCalls(line, network, run)));

      // Nothing that the model refuses was asked of it: nor was cancelled what it cancels by itself.
      expect(results.flatMap(({ refusals }) => refusals)).toEqual([]);
      expect(sum(results.map(({ clears }) => clears))).toBeGreaterThanOrEqual(200);
      const counted = results.flatMap((result) => result.counted);
      const truncated = truncatedOf(results);
      expect(truncated.length).toBeGreaterThanOrEqual(LEAST_COUNTED);
      const off = counted.map((item) => ({
        ...item,
        offMs: Math.abs(item.believedMs - item.heardMs),
      }));
      off.sort((one, other) => other.offMs - one.offMs);
      expect(off.filter(({ offMs, lateMs }) => offMs > delayMs + TOLERANCE_MS + lateMs)).toEqual(
        [],
      );
      // Queued and unheard, also by far more than a delay: the model has it at 0.
      const unheard = truncated.filter(({ heardMs }) => heardMs === 0);
      expect(unheard.length).toBeGreaterThan(10);
      // The model cancels by itself, but for what was asked for as the caller began to speak.
      const cancels = sum(results.map((result) => result.cancels));
      expect(cancels).toBeLessThan(sum(results.map(({ clears }) => clears)) / 20);
    },
    180_000,
  );

  it('drops what still comes of a response that was cut', async () => {
    const metrics = await (await fetch(`${line.bridge.url}/metrics`)).text();
    expect(Number(/^bridge_late_deltas_total (\d+)/m.exec(metrics)?.[1])).toBeGreaterThan(20);
  });
});

interface Network {
  readonly delayMs: number;
  readonly jitterMs: number;
}

/** What became of one call. */
interface Interrupted {
  readonly clears: number;
  readonly cancels: number;
  readonly refusals: readonly { readonly code: string }[];
  /** Items that sounded, and were cut, while this process went on: otherwise its clocks tell nothing. */
  readonly counted: readonly CountedItem[];
}

/**
 * An item; the longest that this process stood still about its beginning and its cut, and all that it
 * stood still on the way there: a word passes through model, bridge and phone, which it all is.
 */
type CountedItem = ItemAccount & { readonly pausedMs: number; readonly lateMs: number };

async function interruptCalls(line: Line, network: Network, run: number): Promise<Interrupted[]> {
  const watch = new LoopWatch();
  const calls = Array.from({ length: CALLS_A_RUN }, async (_, index) => {
    await sleep(index * 25); // not all in one breath
    return interruptCall(line, network, 1 + index + run * CALLS_A_RUN, watch);
  });
  const results = await Promise.all(calls);
  watch.stop();
  return results;
}

async function interruptCall(
  line: Line,
  { delayMs, jitterMs }: Network,
  seed: number,
  watch: LoopWatch,
): Promise<Interrupted> {
  const call = await line.call({ delayMs, jitterMs, seed });
  const clock = new PhoneClock(call.phone);
  await interruptOften(call.phone, seededRandom(seed), delayMs);
  call.phone.hangUp();
  const report = await call.phone.finished;
  const clears = report.stream?.interruptions ?? [];
  const momentsOf = ({ clear, soundedAtMs }: ItemAccount) =>
    clear === undefined
      ? []
      : [soundedAtMs, clears[clear]?.atMs ?? 0].map((atMs) => clock.at(atMs));
  const wayMs = delayMs + jitterMs;
  const pausedMs = (item: ItemAccount) =>
    Math.max(0, ...momentsOf(item).map((atMs) => watch.pausedMs(atMs - wayMs - 20, atMs + 20)));
  const lateMs = (item: ItemAccount) =>
    Math.max(
      0,
      ...momentsOf(item).map((atMs) => watch.pausedInAllMs(atMs - wayMs - WAY_MS, atMs + 20)),
    );
  return {
    clears: clears.length,
    cancels: call.session.record.clientEvents.filter(({ type }) => type === 'response.cancel')
      .length,
    refusals: call.session.record.errors.filter((error) => isMeant(error, watch)),
    counted: accountOf(call.session, call.phone, report, DELTA_MS)
      .map((item) => ({ ...item, pausedMs: pausedMs(item), lateMs: lateMs(item) }))
      .filter((item) => item.pausedMs < STALL_MS),
  };
}

/**
 * After a standstill the model hears a whole turn of the caller at once, and answers it, before
 * anybody can know that there was one; or it has said all of a response that is cancelled then.
 */
function isMeant({ code }: { readonly code: string }, watch: LoopWatch): boolean {
  return !LATE_CODES.includes(code) || watch.longestMs < WHOLE_TURN_MS;
}

function truncatedOf(results: readonly Interrupted[]): CountedItem[] {
  return results.flatMap(({ counted }) => counted).filter(({ isTruncated }) => isTruncated);
}

/** Has the caller speak at random moments: into each reply, after it, and at times before it. */
async function interruptOften(
  phone: PhoneCall,
  random: () => number,
  delayMs: number,
): Promise<void> {
  await agentSpeaks(phone);
  for (let round = 0; round < ROUNDS; round += 1) {
    await sleep(random() * 1_300);
    await phone.say(SPEECH);
    const isHasty = random() < 0.1;
    if (isHasty) await sleep(random() * (400 + 2 * delayMs));
    else await agentSpeaks(phone);
  }
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

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
