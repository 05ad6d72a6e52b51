// `npm run bench`: measures the bridge beside other ways to do the same.
import { join } from 'node:path';
import { runMicro } from '../bench/micro/micro';
import { runMinutes } from '../bench/minutes';
import { type BenchOptions, HELP, readOptions } from '../bench/options';
import { runOverload } from '../bench/overload';
import { runProcesses } from '../bench/processes';
import { runBench } from '../bench/run-bench';
import { runTogether } from '../bench/together';
import { runCommand } from './run-command';

/** This file becomes dist/commands/bench.js. */
const root = join(__dirname, '../..');
const print = (line: string) => console.log(line);

void runCommand('bench', HELP, async () => {
  const options = readOptions(process.argv.slice(2));
  if (options.micro) {
    runMicro(print);
    return;
  }
  const progress = (text: string) => void process.stderr.write(`${text}\n`);
  const run = chooseRun(options);
  if (!(await run(options, root, { print, progress }))) process.exitCode = 1;
});

function chooseRun({ processes, overload, together, minutes }: BenchOptions): typeof runBench {
  if (processes) return runProcesses;
  if (overload) return runOverload;
  if (minutes !== undefined) return runMinutes;
  return together ? runTogether : runBench;
}
