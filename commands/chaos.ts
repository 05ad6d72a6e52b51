// `npm run chaos`: replaces parts while calls go on, and says what the callers heard.
import { join } from 'node:path';
import { HELP, readOptions } from './chaos/options';
import { runRolling } from './chaos/rolling';
import { runCommand } from './run-command';

/** This file becomes dist/commands/chaos.js. */
const root = join(__dirname, '../..');

void runCommand('chaos', HELP, async () => {
  const { calls: lines, pauseMs, json } = readOptions(process.argv.slice(2));
  // An exit takes the processes along that were started; a signal alone would not.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const progress = (text: string) => void process.stderr.write(`${text}\n`);
  const report = await runRolling(root, { lines, pauseMs }, progress);
  const { calls, recordFaults, replacements } = report;
  const cut = calls.filter(({ fault }) => fault !== undefined);
  console.log(
    json
      ? JSON.stringify(report, null, 2)
      : [
          `${calls.length} calls, ${lines} at once, while ${replacements.length} bridges were replaced: ${cut.length} cut`,
          ...cut.map(({ callSid, node, fault }) => `  ${callSid} on ${node}: ${String(fault)}`),
          `records with another end than the call had: ${recordFaults.length}`,
          ...recordFaults.map((fault) => `  ${fault}`),
        ].join('\n'),
  );
  if (cut.length + recordFaults.length > 0) process.exitCode = 1;
});
