import { join, relative } from 'node:path';
import { CommandError } from '../twilio-account/failure';
import { type Contender, findContender, ourBridge } from './contenders';
import type { BenchOptions } from './options';
import type { Voices } from './run-bench';
import { prepareSite } from './site';
import { spreadOf } from './statistics';
import { runTrial } from './trial';

/**
 * Runs two contenders at the same time on the same core, each with calls of its own, and prints the ratio
 * of their CPU. A machine that is fast and slow by turns is so for both, so that the ratio is true to some
 * hundredths where runs that take turns differ by half. Latencies mean nothing here: each waits for the other.
 * @param root the repository, built.
 * @returns false if one of them lost a byte.
 * @throws CommandError where there are not two, or without gcc; or the error of one that could not run.
 */
export async function runTogether(
  options: BenchOptions,
  root: string,
  { print, progress }: Voices,
): Promise<boolean> {
  const { rounds, calls, warmMs, measuredMs } = options;
  const [one, other] = findTwo(options, root);
  const leg = options.legs[0] ?? 'clear';
  const prepared = await prepareSite(root);
  const { site, machine, notes } = prepared;
  const cpus = { one: [] as number[], other: [] as number[] };
  let missing = 0;
  try {
    for (let round = 0; round < rounds; round += 1) {
      const run = (contender: Contender) =>
        runTrial(contender, { leg, calls, warmMs, measuredMs }, site);
      const [first, second] = await Promise.all([run(one), run(other)]);
      cpus.one.push(first.cpuMsPerCallS);
      cpus.other.push(second.cpuMsPerCallS);
      missing += first.missing + second.missing;
      progress(
        `round ${round + 1} of ${rounds}: ${one.name} ${first.cpuMsPerCallS.toFixed(3)}, ${other.name} ${second.cpuMsPerCallS.toFixed(3)}`,
      );
    }
  } finally {
    prepared.remove();
  }
  const ratios = cpus.one.map((cpu, at) => cpu / (cpus.other[at] ?? NaN));
  const report = {
    ...{ calls, rounds, leg, machine, ratios, missing, notes },
    titles: [one.title, other.title],
    cpuMs: [spreadOf(cpus.one).median, spreadOf(cpus.other).median],
    ratio: spreadOf(ratios).median,
  };
  print(options.json ? JSON.stringify(report, null, 2) : describe(report));
  return missing === 0;
}

function findTwo({ only, against }: BenchOptions, root: string): readonly [Contender, Contender] {
  const contenders: Contender[] = only.map((name) => findContender(name, root));
  if (against !== undefined)
    contenders.push(ourBridge('against', `bridge of ${relative(process.cwd(), against)}`, against));
  // A bridge against itself says how exact this is.
  if (contenders.length === 1)
    contenders.push(ourBridge('itself', 'the same', join(root, 'dist/bridge/main.js')));
  const [one, other, ...more] = contenders;
  if (one === undefined || other === undefined || more.length > 0)
    throw new CommandError(
      '--together takes two. Example: --together --only bridge,sliced, or --together --only bridge --against ../other/dist/bridge/main.js',
      2,
    );
  return [one, other];
}

function describe(report: {
  readonly calls: number;
  readonly rounds: number;
  readonly leg: string;
  readonly machine: string;
  readonly titles: readonly string[];
  readonly cpuMs: readonly number[];
  readonly ratio: number;
  readonly ratios: readonly number[];
  readonly missing: number;
  readonly notes: readonly string[];
}): string {
  const { calls, rounds, leg, machine, titles, cpuMs, ratio, ratios, missing, notes } = report;
  return [
    `${calls} calls each at the same time on one core, ${leg}, ${rounds} rounds; CPU ms per call-second, medians. ${machine}`,
    ...titles.map((title, at) => `${title}: ${(cpuMs[at] ?? NaN).toFixed(3)}`),
    `ratio, the first to the second: ${ratio.toFixed(3)} (${ratios.map((each) => each.toFixed(3)).join(', ')})`,
    ...notes.map((note) => `Note: ${note}.`),
    ...(missing === 0 ? [] : [`FAILED: ${missing} frames or deltas did not arrive`]),
  ].join('\n');
}
