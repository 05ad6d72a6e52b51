import { setTimeout as sleep } from 'node:timers/promises';
import { readScrape } from '../../protocol/prometheus-text';
import { placeFaultedCall, readRecord } from '../chaos/faults/faulted-call';
import { findBroken } from '../chaos/faults/rules';
import { type Scenario, SCENARIOS } from '../chaos/faults/scenarios';
import { LINES } from '../chaos/faults/spoken';
import { setStage, type Stage } from '../chaos/faults/stage';
import { Trouble } from '../chaos/faults/trouble';
import type { SoakOptions } from './options';
import { measure, type Sample } from './sample';
import type { Flatness } from '../../bench/flatness';
import { judge } from './verdict';

/** A long run, and whether the bridge stayed what it was. */
export interface SoakReport {
  readonly samples: readonly Sample[];
  readonly flatness: readonly Flatness[];
  readonly calls: number;
  /** Calls that broke a rule, with what was broken. */
  readonly broken: readonly { readonly callSid: string; readonly rules: readonly string[] }[];
}

/** What a call that only begins outlives as well; the others may rightly end in the fallback. */
const FAULTS = [
  'model-reset',
  'line-paused',
  'store-paused',
  'model-paused',
  'line-reset',
  'bridge-paused',
  'functions-slow',
  'store-killed',
];
/** The longest that any of these faults may keep a caller waiting. */
const MOST_SILENT_MS = 8_000;
const MINUTE_S = 60;
/** A short run is sampled more often, so that its quarters are more than one look. */
const LEAST_SAMPLES = 12;
const PAUSE_MS = 3_000;
/** Until all lines have calls, at a number that every machine takes. */
const WARM_UP_MS = 20_000;

/**
 * Runs it.
 * @param root the repository, built.
 * @param tell gets each sample as it is there.
 */
export async function runSoak(
  root: string,
  { minutes, calls: lines, faultEveryS }: SoakOptions,
  tell: (sample: Sample) => void,
): Promise<SoakReport> {
  const stage = await setStage(root, { MAX_CALLS: String(lines * 2), LOG_LEVEL: 'info' });
  const stopped = new AbortController();
  const trouble = new Trouble();
  const state = { calls: 0, faults: [] as string[] };
  const broken: { callSid: string; rules: readonly string[] }[] = [];
  const line = async (at: number) => {
    await pause((at / lines) * WARM_UP_MS * 0.8, stopped.signal);
    while (!stopped.signal.aborted) {
      const { report, account } = await placeFaultedCall(stage, trouble, () => undefined);
      const { callSid } = report;
      const record = await readRecord(stage, callSid);
      const rules = findBroken(
        { account, report, record },
        { mostSilentMs: MOST_SILENT_MS, linesSaid: LINES.length },
      );
      state.calls += 1;
      if (rules.length > 0) broken.push({ callSid, rules });
      await pause(Math.random() * PAUSE_MS, stopped.signal);
    }
  };
  try {
    const all = Promise.all(Array.from({ length: lines }, (_, at) => line(at)));
    await sleep(WARM_UP_MS);
    const faults = makeFaults(stage, trouble, faultEveryS, stopped.signal, (name) =>
      state.faults.push(name),
    );
    const samples: Sample[] = [];
    const everyS = Math.min(MINUTE_S, (minutes * MINUTE_S) / LEAST_SAMPLES);
    let before = await scrape(stage);
    for (let atS = everyS; atS <= minutes * MINUTE_S; atS += everyS) {
      await sleep(everyS * 1_000);
      const after = await scrape(stage);
      const rest = { ended: state.calls, broken: broken.length, faults: state.faults.splice(0) };
      const sample = measure(before, after, { atS, ...rest });
      before = after;
      samples.push(sample);
      tell(sample);
    }
    stopped.abort();
    await Promise.all([faults, all]);
    return { samples, flatness: judge(samples), calls: state.calls, broken };
  } finally {
    await stage.close();
  }
}

/** One fault after the other, all over again. */
async function makeFaults(
  stage: Stage,
  trouble: Trouble,
  everyS: number,
  stopped: AbortSignal,
  note: (name: string) => void,
): Promise<void> {
  const known = new Map<string, Scenario>(SCENARIOS.map((one) => [one.name, one]));
  const faults = FAULTS.flatMap((name) => known.get(name) ?? []).filter(
    ({ needsRedis }) => !needsRedis || stage.redis !== undefined,
  );
  if (everyS === 0) return;
  for (let at = 0; ; at += 1) {
    await pause(everyS * 1_000, stopped);
    const scenario = faults[at % faults.length];
    if (stopped.aborted || scenario === undefined) return;
    note(scenario.name);
    trouble.begin();
    await scenario.act(stage, scenario.seconds * 1_000);
    trouble.end();
  }
}

async function scrape(stage: Stage) {
  return readScrape(await (await stage.askBridge('/metrics')).text());
}

async function pause(ms: number, stopped: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: stopped }).catch(() => undefined); // it is over
}
