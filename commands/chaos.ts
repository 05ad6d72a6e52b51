// `npm run chaos`: replaces and kills parts while calls go on, and says what the callers heard.
import { join } from 'node:path';
import { type KillReport, runKills } from './chaos/kills';
import { type ChaosOptions, HELP, type PartName, readOptions } from './chaos/options';
import { type RollingReport, runRolling } from './chaos/rolling';
import { runCommand } from './run-command';

/** This file becomes dist/commands/chaos.js. */
const root = join(__dirname, '../..');
const ROLLING_CALLS = 100;
const CALLS_AT_A_KILL = 4;

/** What one part has found. */
interface Told {
  readonly report: RollingReport | KillReport;
  readonly lines: readonly string[];
  readonly faults: number;
}

const progress = (text: string) => void process.stderr.write(`${text}\n`);

const PART: Readonly<Record<PartName, (options: ChaosOptions) => Promise<Told>>> = {
  rolling: async ({ calls: lines = ROLLING_CALLS, pauseMs }) => {
    const report = await runRolling(root, { lines, pauseMs }, progress);
    const { calls, recordFaults, replacements } = report;
    const cut = calls.filter(({ fault }) => fault !== undefined);
    return {
      report,
      lines: [
        `${calls.length} calls, ${lines} at once, while ${replacements.length} bridges were replaced: ${cut.length} cut`,
        ...cut.map(({ callSid, node, fault }) => `  ${callSid} on ${node}: ${String(fault)}`),
        `records with another end than the call had: ${recordFaults.length}`,
        ...recordFaults.map((fault) => `  ${fault}`),
      ],
      faults: cut.length + recordFaults.length,
    };
  },
  kill: async ({ calls: lines = CALLS_AT_A_KILL, kills }) => {
    const report = await runKills(root, { kills, lines }, progress);
    const wrong = report.calls.filter(({ fault }) => fault !== undefined);
    const backMs = report.calls
      .flatMap(({ backMs: ms }) => (ms === undefined ? [] : [ms]))
      .sort((one, other) => one - other);
    const p50 = backMs[Math.floor(backMs.length / 2)] ?? 0;
    return {
      report,
      lines: [
        `${kills} bridges killed in mid-call: of ${report.calls.length} calls ${backMs.length} lost theirs and heard the agent again, after p50 ${p50} ms, most ${backMs.at(-1) ?? 0} ms`,
        `calls or records that were not as they should be: ${wrong.length}`,
        ...wrong.map(({ callSid, fault }) => `  ${callSid}: ${String(fault)}`),
      ],
      faults: wrong.length,
    };
  },
};

void runCommand('chaos', HELP, async () => {
  const options = readOptions(process.argv.slice(2));
  // An exit takes the processes along that were started; a signal alone would not.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const told: [PartName, Told][] = [];
  for (const part of options.parts) told.push([part, await PART[part](options)]);
  const reports = Object.fromEntries(told.map(([part, { report }]) => [part, report]));
  const shown = told.length === 1 ? told[0]?.[1].report : reports;
  const lines = told.flatMap(([, one]) => one.lines);
  console.log(options.json ? JSON.stringify(shown, null, 2) : lines.join('\n'));
  if (told.some(([, { faults }]) => faults > 0)) process.exitCode = 1;
});
