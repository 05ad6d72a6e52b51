import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { addCapacity, addTrial, type Bout } from './bout';
import { type Contender, findContender, ourBridge } from './contenders';
import type { BenchOptions } from './options';
import { findDoubts, type Report, summarize } from './report';
import { writeResultsPage } from './results-page';
import { NO_TLS, prepareSite } from './site';
import { describeTable } from './table';
import type { Site } from './trial';
import { takeTurns } from './turns';

/** Where the figures go, and what is said meanwhile. */
export interface Voices {
  readonly print: (text: string) => void;
  readonly progress: (text: string) => void;
}

const SEARCH = { warmMs: 2_000, measuredMs: 5_000, tries: 2 };
const RANGE = { first: 100, most: 3_000, precision: 0.06 };

/**
 * Measures, and prints the table.
 * @param root the repository, built.
 * @returns false if a contender could not run, or lost a byte.
 * @throws CommandError without gcc.
 */
export async function runBench(
  options: BenchOptions,
  root: string,
  voices: Voices,
): Promise<boolean> {
  const prepared = await prepareSite(root);
  const { site, machine, load, notes } = prepared;
  try {
    const bouts = listBouts(options, root, site);
    await fight(bouts, options, site, voices);
    const withoutTls = options.legs.includes('tls') && site.tls === undefined;
    const report: Report = {
      at: new Date().toISOString(),
      machine,
      load,
      calls: options.calls,
      rounds: options.rounds,
      measuredMs: options.measuredMs,
      ...summarize(bouts),
      notes: [...notes, ...(withoutTls ? [NO_TLS] : []), ...findDoubts(bouts)],
    };
    voices.print(options.json ? JSON.stringify(report, null, 2) : describeTable(report));
    if (options.write) writeFileSync(join(root, 'bench/RESULTS.md'), writeResultsPage(report));
    return bouts.every(({ fault }) => fault === undefined);
  } finally {
    prepared.remove();
  }
}

function listBouts(options: BenchOptions, root: string, site: Site): readonly Bout[] {
  const contenders: Contender[] = options.only.map((name) => findContender(name, root));
  const { against } = options;
  if (against !== undefined) {
    const other = ourBridge('against', `bridge of ${relative(process.cwd(), against)}`, against);
    contenders.splice(options.only.indexOf('bridge') + 1, 0, other);
  }
  const legs = options.legs.filter((leg) => leg === 'clear' || site.tls !== undefined);
  return legs.flatMap((leg) =>
    contenders
      .filter((contender) => contender.legs.includes(leg))
      .map((contender) => ({
        contender,
        leg,
        trials: [],
        searched: [],
        capacity: undefined,
        fault: undefined,
      })),
  );
}

/** Every contender once a round, each round beginning with another one, so that no place is better. */
async function fight(
  bouts: readonly Bout[],
  options: BenchOptions,
  site: Site,
  { progress }: Voices,
): Promise<void> {
  for (let round = 0; round < options.rounds; round += 1) {
    for (const [at] of bouts.entries()) {
      const bout = bouts[(at + round) % bouts.length];
      if (bout === undefined) continue;
      const trial = await addTrial(bout, options, site);
      const what =
        trial === undefined
          ? `failed: ${bout.fault ?? ''}`
          : `CPU ${trial.cpuMsPerCallS.toFixed(2)} ms, p99 ${trial.up.p99Ms} ms`;
      progress(
        `round ${round + 1} of ${options.rounds}, ${bout.contender.name} ${bout.leg}: ${what}`,
      );
    }
  }
  if (!options.searchesCapacity) return;
  const takeTurn = takeTurns();
  const searched = bouts.filter(({ contender }) => contender.name !== 'none'); // it would be the generator's own
  await Promise.all(
    searched.map((bout) => addCapacity(bout, SEARCH, RANGE, site, progress, takeTurn)),
  );
}
