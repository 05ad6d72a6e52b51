// `npm run chaos`: breaks, replaces and kills parts while calls go on, and says what the callers heard.
import { join } from 'node:path';
import { SCENARIOS } from './chaos/faults/scenarios';
import { type ChaosOptions, HELP, readOptions } from './chaos/options';
import { hasCaddy, skip, tellFaults, tellKills, tellRolling, type Told } from './chaos/parts';
import { runCommand } from './run-command';

/** This file becomes dist/commands/chaos.js. */
const root = join(__dirname, '../..');
const ROLLING_CALLS = 100;
const CALLS_AT_A_KILL = 4;
const FAULTED_CALLS = 4;
/** Where everything is tried, two halves of the faults and both parts with two bridges go side by side. */
const BRIEF = { rollingCalls: 6, kills: 2, lanes: 2 };

const progress = (text: string) => void process.stderr.write(`${text}\n`);

async function runOne({ only, scenarios, ...options }: ChaosOptions): Promise<Told[]> {
  const { calls, kills, pauseMs, seconds } = options;
  if (only === 'rolling')
    return [await tellRolling(root, calls ?? ROLLING_CALLS, pauseMs, progress)];
  if (only === 'kill') return [await tellKills(root, kills, calls ?? CALLS_AT_A_KILL, progress)];
  return [await tellFaults(root, scenarios, { lines: calls ?? FAULTED_CALLS, seconds }, progress)];
}

async function runBriefly({ calls, seconds }: ChaosOptions): Promise<Told[]> {
  const half = Math.ceil(SCENARIOS.length / BRIEF.lanes);
  const plan = { lines: calls ?? FAULTED_CALLS, seconds };
  const lanes = await Promise.all([
    ...Array.from({ length: BRIEF.lanes }, async (_, at) => [
      await tellFaults(root, SCENARIOS.slice(at * half, (at + 1) * half), plan, progress),
    ]),
    runTwoBridges(calls),
  ]);
  return lanes.flat();
}

async function runTwoBridges(calls: number | undefined): Promise<Told[]> {
  if (!hasCaddy()) return [skip('rolling', 'Caddy is not installed'), skip('kill', 'the same')];
  return [
    await tellRolling(root, calls ?? BRIEF.rollingCalls, 0, progress),
    await tellKills(root, BRIEF.kills, calls ?? CALLS_AT_A_KILL, progress),
  ];
}

void runCommand('chaos', HELP, async () => {
  const options = readOptions(process.argv.slice(2));
  // An exit takes the processes along that were started; a signal alone would not.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const told = options.only === undefined ? await runBriefly(options) : await runOne(options);
  const [first, ...others] = told;
  const shown =
    others.length === 0 ? first?.report : told.map(({ name, report }) => ({ name, report }));
  const lines = told.flatMap((one) => one.lines);
  console.log(options.json ? JSON.stringify(shown, null, 2) : lines.join('\n'));
  if (told.some(({ faults }) => faults > 0)) process.exitCode = 1;
});
