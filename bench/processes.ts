import { join } from 'node:path';
import type { BenchOptions } from './options';
import { ourBridge } from './contenders';
import type { Voices } from './run-bench';
import { prepareSite } from './site';
import { spreadOf } from './statistics';
import { runTrial, type Site, STRANGERS_MOST, type TrialPlan } from './trial';

/** One measurement: so many bridges on one core, and the calls shared out among them. */
interface Shared {
  /** Processor time of all of them, for one second of one call. */
  readonly cpuMs: number;
  /** The worst of them. */
  readonly p99Ms: number;
  readonly missing: number;
  /** The share of their core that others used. */
  readonly strangers: number;
}

/** More than this would make many processes a waste. */
const RATIO_MOST = 1.05;
const NODES = ['a', 'b'] as const;

/**
 * Carries the same calls with one bridge and with two, on the same core, in turn, and prints what
 * the second process costs.
 * @param root the repository, built.
 * @returns false if a bridge lost a byte.
 * @throws CommandError without gcc, or the error of a bridge that could not run.
 */
export async function runProcesses(
  options: BenchOptions,
  root: string,
  { print, progress }: Voices,
): Promise<boolean> {
  const prepared = await prepareSite(root);
  const { site, machine, notes } = prepared;
  const { rounds, calls } = options;
  const seen = new Map<number, Shared[]>([1, 2].map((processes) => [processes, []]));
  try {
    for (let round = 0; round < rounds; round += 1) {
      // Each begins every other round, so that neither has the better place.
      for (const processes of round % 2 === 0 ? [1, 2] : [2, 1]) {
        const shared = await measureQuietest(root, processes, options, site);
        seen.get(processes)?.push(shared);
        progress(
          `round ${round + 1} of ${rounds}, ${processes} processes: CPU ${shared.cpuMs.toFixed(3)} ms, p99 ${shared.p99Ms} ms, others ${Math.round(shared.strangers * 100)} % of the core`,
        );
      }
    }
  } finally {
    prepared.remove();
  }
  const [one = [], two = []] = [...seen.values()];
  const ratios = two.map(({ cpuMs }, at) => cpuMs / (one[at]?.cpuMs ?? NaN));
  const missing = [...one, ...two].reduce((sum, shared) => sum + shared.missing, 0);
  const strangers = Math.max(...[...one, ...two].map((shared) => shared.strangers));
  const report = {
    ...{ calls, rounds, machine, ratios, missing },
    oneCpuMs: spreadOf(one.map(({ cpuMs }) => cpuMs)).median,
    twoCpuMs: spreadOf(two.map(({ cpuMs }) => cpuMs)).median,
    ratio: spreadOf(ratios).median,
    notes: [
      ...notes,
      ...(strangers > STRANGERS_MOST
        ? [`others used up to ${Math.round(strangers * 100)} % of the bridges’ core`]
        : []),
    ],
  };
  print(options.json ? JSON.stringify(report, null, 2) : describe(report));
  return missing === 0;
}

/** Tries until nobody disturbs, and gives what was disturbed least. */
async function measureQuietest(
  root: string,
  processes: number,
  options: BenchOptions,
  site: Site,
): Promise<Shared> {
  let quietest = await measure(root, processes, options, site);
  for (let left = options.tries - 1; left > 0 && quietest.strangers > STRANGERS_MOST; left -= 1) {
    const again = await measure(root, processes, options, site);
    if (again.strangers < quietest.strangers) quietest = again;
  }
  return quietest;
}

/** Each bridge has a generator of its own, all at the same time; the generators share the other core. */
async function measure(
  root: string,
  processes: number,
  { calls, warmMs, measuredMs, legs }: BenchOptions,
  site: Site,
): Promise<Shared> {
  const each: TrialPlan = {
    ...{ warmMs, measuredMs },
    leg: legs[0] ?? 'clear',
    calls: Math.ceil(calls / processes),
  };
  const file = join(root, 'dist/bridge/main.js');
  const trials = await Promise.all(
    NODES.slice(0, processes).map((node) =>
      runTrial(
        ourBridge('bridge', `bridge ${node}`, file, { environment: { BRIDGE_NODE: node } }),
        each,
        site,
      ),
    ),
  );
  const shareOf = (cpuMs: number) => (cpuMs * each.calls) / 1_000;
  const cpus = trials.map(({ cpuMsPerCallS }) => cpuMsPerCallS);
  const sum = cpus.reduce((total, cpu) => total + cpu, 0);
  return {
    cpuMs: sum / processes,
    p99Ms: Math.max(...trials.map(({ up, down }) => Math.max(up.p99Ms, down.p99Ms))),
    missing: trials.reduce((total, trial) => total + trial.missing, 0),
    // To each of them the others are strangers too.
    strangers: Math.max(
      ...trials.map(({ strangers, cpuMsPerCallS }) =>
        Math.max(0, strangers - shareOf(sum - cpuMsPerCallS)),
      ),
    ),
  };
}

function describe(report: {
  readonly calls: number;
  readonly rounds: number;
  readonly machine: string;
  readonly oneCpuMs: number;
  readonly twoCpuMs: number;
  readonly ratio: number;
  readonly ratios: readonly number[];
  readonly missing: number;
  readonly notes: readonly string[];
}): string {
  const { calls, rounds, machine, oneCpuMs, twoCpuMs, ratio, ratios, missing, notes } = report;
  return [
    `${calls} calls in all, ${rounds} rounds; CPU ms per call-second, medians. ${machine}`,
    `one process    ${oneCpuMs.toFixed(3)}`,
    `two processes  ${twoCpuMs.toFixed(3)}`,
    `ratio          ${ratio.toFixed(3)} (${ratios.map((each) => each.toFixed(3)).join(', ')}); wanted: at most ${RATIO_MOST}`,
    ...notes.map((note) => `Note: ${note}.`),
    ...(missing === 0 ? [] : [`FAILED: ${missing} frames or deltas did not arrive`]),
  ].join('\n');
}
