import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultedCall, placeFaultedCall, readRecord } from './faulted-call';
import { Trouble } from './trouble';
import { findBroken } from './rules';
import type { Scenario } from './scenarios';
import { LINES } from './spoken';
import type { Stage } from './stage';

/** How it is done. */
export interface FaultPlan {
  /** Calls at once. */
  readonly lines: number;
  /** How long the fault lasts; otherwise the scenario's own time. */
  readonly seconds?: number | undefined;
  /** The calls begin within so long, so that the fault meets each elsewhere. */
  readonly spreadMs?: number;
}

/** One fault, and what it did to the calls. */
export interface ScenarioReport {
  readonly name: string;
  readonly title: string;
  readonly seconds: number;
  readonly mostSilentMs: number;
  readonly calls: readonly FaultedCall[];
  /** Why it was not tried; then there are no calls. */
  readonly skipped?: string;
}

const SPREAD_MS = 4_500;
/** The last of the calls has been streaming for so long when the fault comes. */
const IN_TALK_MS = 1_200;
/** A line that never gets its stream has a call that tells why. */
const PATIENCE_MS = 20_000;

/** Tries one fault on calls that are under way. */
export async function tryFault(
  stage: Stage,
  scenario: Scenario,
  { lines, seconds: asked, spreadMs = SPREAD_MS }: FaultPlan,
): Promise<ScenarioReport> {
  const { name, title } = scenario;
  const seconds = Math.min(asked ?? scenario.seconds, scenario.mostSeconds);
  const mostSilentMs = scenario.mostSilentMs(seconds);
  const told = { name, title, seconds, mostSilentMs };
  if (scenario.needsRedis && stage.redis === undefined)
    return { ...told, calls: [], skipped: 'redis-server is not installed' };
  const placed: Awaited<ReturnType<typeof placeFaultedCall>>[] = [];
  const trouble = scenario.isHeard ? new Trouble() : undefined;
  const state = { isOver: false, streaming: 0 };
  let allUp: () => void = () => undefined;
  const up = new Promise<void>((resolve) => (allUp = resolve));
  const onStream = () => {
    state.streaming += 1;
    if (state.streaming === lines) allUp();
  };
  const line = async (at: number) => {
    await sleep((at * spreadMs) / Math.max(lines - 1, 1));
    do placed.push(await placeFaultedCall(stage, trouble, onStream));
    while (scenario.underLoad && !state.isOver);
  };
  const all = Promise.all(Array.from({ length: lines }, (_, at) => line(at)));
  if (scenario.when === 'in-talk') {
    await Promise.race([up, all, sleep(PATIENCE_MS, undefined, { ref: false })]);
    await sleep(IN_TALK_MS);
  }
  trouble?.begin();
  await scenario.act(stage, seconds * 1_000);
  trouble?.end();
  state.isOver = true;
  await all;
  const calls = placed.map(async ({ report, account }): Promise<FaultedCall> => {
    const record = await readRecord(stage, report.callSid);
    const broken = findBroken(
      { account, report, record },
      { mostSilentMs, linesSaid: LINES.length },
    );
    return { callSid: report.callSid, account, endedBy: report.endedBy, record, broken };
  });
  return { ...told, calls: await Promise.all(calls) };
}
