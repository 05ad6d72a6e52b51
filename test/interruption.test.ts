import { setTimeout as sleep } from 'node:timers/promises';
import {
  type StandInModel,
  type StandInSession,
  startStandInModel,
} from '../bridge/test/stand-in/model';
import { seededRandom } from '../simulator/phone/network';
import { setStage, type Stage } from './stage/stage';

const BYTES_PER_MS = 8;
const CALLS_A_DELAY = 34;
const ROUNDS = 7;
const TOLERANCE_MS = 40;
const STALL_MS = 30;

/** One turn of the agent that the caller interrupted, or heard out. */
interface Round {
  readonly items: readonly { readonly id: string; readonly ms: number }[];
  /** False where this machine stood still at the moment of the cut: its clocks tell nothing then. */
  readonly counts: boolean;
}

/** Notices when the event loop of this process stands still. */
class LoopWatch {
  readonly #stalls: { readonly fromMs: number; readonly toMs: number }[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor() {
    let lastMs = performance.now();
    this.#timer = setInterval(() => {
      const nowMs = performance.now();
      if (nowMs - lastMs > STALL_MS) this.#stalls.push({ fromMs: lastMs, toMs: nowMs });
      lastMs = nowMs;
    }, 5);
  }

  /** True where it went on all the time between two moments. */
  wentOn(fromMs: number, toMs: number): boolean {
    return !this.#stalls.some((stall) => stall.toMs > fromMs && stall.fromMs < toMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

describe('Over many interruptions at random moments', () => {
  let stage: Stage;
  let model: StandInModel;

  beforeAll(async () => {
    model = await startStandInModel();
    stage = await setStage({}, { REALTIME_URL: model.url, MAX_CALLS: '70' });
  });

  afterAll(async () => {
    await stage.close();
    model.close();
  });

  it.each([
    { delayMs: 0, jitterMs: 0 },
    { delayMs: 60, jitterMs: 20 },
    { delayMs: 150, jitterMs: 20 },
  ])(
    'cuts each item where the caller stopped hearing it, $delayMs ms away',
    async ({ delayMs, jitterMs }) => {
      const watch = new LoopWatch();
      const calls: Promise<{ errors: number[]; cancels: unknown[] }>[] = [];
      for (let seed = 1; seed <= CALLS_A_DELAY; seed += 1) {
        const opened = model.nextSession();
        const call = stage.call({
          delayMs,
          jitterMs,
          seed,
          script: [{ wait: 'stream-started' }],
          afterScript: 'stay',
          maxMs: 60_000,
        });
        // One after the other, so that each call has its own session in hand.
        const session = await opened;
        await session.waitFor('response.create');
        calls.push(
          interrupt(session, seededRandom(seed), delayMs + jitterMs, watch).then(async (rounds) => {
            call.hangUp();
            const { stream } = await call.finished;
            const truncated = session.received.filter(({ type }) => type.endsWith('.truncate'));
            const cuts = truncated.map(({ item_id: id, audio_end_ms: ms }) => [id, ms] as const);
            const cancels = session.received.filter(({ type }) => type === 'response.cancel');
            return { errors: compare(rounds, new Map(cuts), stream?.interruptions ?? []), cancels };
          }),
        );
      }
      const results = await Promise.all(calls);
      watch.stop();
      const errors = results.flatMap((result) => result.errors);
      // More on a machine that is free: those at which this process stood still do not count.
      expect(errors.length).toBeGreaterThanOrEqual(100);
      expect(Math.max(...errors)).toBeLessThanOrEqual(delayMs + TOLERANCE_MS);
      // The server was told to cancel by itself; a cancel on top would be refused.
      expect(results.flatMap(({ cancels }) => cancels)).toEqual([]);
    },
    120_000,
  );
});

/** Has the agent speak, one to three items a turn, and the caller begin to speak at some moment. */
async function interrupt(
  session: StandInSession,
  random: () => number,
  oneWayMs: number,
  watch: LoopWatch,
): Promise<Round[]> {
  const rounds: Round[] = [];
  for (let number = 0; number < ROUNDS; number += 1) {
    const responseId = `resp_${number}`;
    const spokeAtMs = performance.now();
    const items = Array.from({ length: 1 + Math.floor(random() * 3) }, (_, index) => ({
      id: `item_${number}_${index}`,
      ms: 150 + Math.floor(random() * 700),
    }));
    session.send({ type: 'response.created', response: { id: responseId } });
    const rest = items.flatMap(({ id, ms }) => deltasOf(responseId, id, ms, random));
    const totalMs = items.reduce((sum, { ms }) => sum + ms, 0);
    const atMs = performance.now() + 2 * oneWayMs + 20 + random() * (totalMs + 100);
    const isWhole = random() < 0.7;
    const late = isWhole ? [] : rest.splice(Math.ceil(rest.length / 2));
    for (const delta of rest) session.send(delta);
    if (isWhole)
      session.send({ type: 'response.done', response: { id: responseId, status: 'completed' } });
    await sleep(Math.max(0, atMs - performance.now()));
    session.send({
      type: 'input_audio_buffer.speech_started',
      audio_start_ms: 0,
      item_id: `turn_${number}`,
    });
    for (const delta of late) session.send(delta);
    if (!isWhole)
      session.send({ type: 'response.done', response: { id: responseId, status: 'cancelled' } });
    const cutAtMs = performance.now();
    await sleep(2 * oneWayMs + 150);
    const sent = items.map(({ id }) => ({
      id,
      ms: rest.filter((one) => one.item_id === id).reduce((sum, { ms }) => sum + ms, 0),
    }));
    rounds.push({
      items: sent.filter(({ ms }) => ms > 0),
      counts:
        watch.wentOn(spokeAtMs, spokeAtMs + oneWayMs + 40) &&
        watch.wentOn(cutAtMs - 10, cutAtMs + oneWayMs + 40),
    });
  }
  return rounds;
}

function deltasOf(responseId: string, itemId: string, totalMs: number, random: () => number) {
  const deltas = [];
  for (let leftMs = totalMs; leftMs > 0;) {
    const ms = Math.min(leftMs, 60 + Math.floor(random() * 240));
    leftMs -= ms;
    deltas.push({
      type: 'response.output_audio.delta',
      response_id: responseId,
      item_id: itemId,
      content_index: 0,
      delta: Buffer.alloc(ms * BYTES_PER_MS, 7).toString('base64'),
      ms,
    });
  }
  return deltas;
}

/**
 * Holds each cut against what the phone really played: how far each is off, in milliseconds. It
 * throws where a cut lies beyond its item, and where an unheard item was not cut.
 */
function compare(
  rounds: readonly Round[],
  cutMs: ReadonlyMap<unknown, unknown>,
  clears: readonly { readonly heardMs: number }[],
): number[] {
  const errors: number[] = [];
  let heardBeforeMs = 0;
  let clearsSeen = 0;
  for (const { items, counts } of rounds) {
    const totalMs = items.reduce((sum, { ms }) => sum + ms, 0);
    const isCut = items.some(({ id }) => cutMs.has(id));
    const clear = isCut ? clears[clearsSeen] : undefined;
    if (isCut) clearsSeen += 1;
    const heardMs = clear === undefined ? totalMs : clear.heardMs - heardBeforeMs;
    heardBeforeMs += heardMs;
    let fromMs = 0;
    for (const { id, ms } of items) {
      const truthMs = Math.min(ms, Math.max(0, heardMs - fromMs));
      const saidMs = Number(cutMs.get(id) ?? ms);
      expect(saidMs).toBeLessThanOrEqual(ms);
      expect(Number.isInteger(saidMs)).toBe(true);
      if (counts && fromMs > heardMs + 300) expect(saidMs).toBe(0);
      if (counts) errors.push(Math.abs(saidMs - truthMs));
      fromMs += ms;
    }
  }
  expect(clears).toHaveLength(clearsSeen);
  return errors;
}
