// `npm run fuzz`: sends the bridge what no good peer would.
import { join } from 'node:path';
import { attack } from '../fuzz/attack';
import { HELP, readOptions } from '../fuzz/options';
import { runFrames } from '../fuzz/run-frames';
import { runHostile } from '../fuzz/run-hostile';
import { runCommand } from './run-command';

/** This file becomes dist/commands/fuzz.js. */
const dist = join(__dirname, '..');
const places = {
  main: join(dist, 'bridge', 'main.js'),
  agents: join(dist, 'bridge', 'agents'),
  attacker: __filename,
};
const print = (line: string) => console.log(line);

void runCommand('fuzz', HELP, async () => {
  const [first, plan] = process.argv.slice(2);
  // The strangers are a process of their own, so that they do not disturb what is measured.
  if (first === '--attack') return attack(plan ?? '');
  const { frames, hostile, calls, seed } = readOptions(process.argv.slice(2));
  const report =
    hostile > 0
      ? await runHostile(hostile, calls, seed, places, print)
      : await runFrames(frames, seed, places, print);
  print(JSON.stringify({ seed, ...report }, null, 2));
  if (report.faults.length > 0) process.exitCode = 1;
});
