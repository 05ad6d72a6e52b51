// `npm run soak`: lets calls come and go for long, and looks whether the bridge stays what it was.
import { join } from 'node:path';
import { runCommand } from './run-command';
import { HELP, readOptions } from './soak/options';
import { runSoak } from './soak/run';
import { drawSample, HEAD } from './soak/sample';
import { drawFlatness } from '../bench/flatness';

/** This file becomes dist/commands/soak.js. */
const root = join(__dirname, '../..');

void runCommand('soak', HELP, async () => {
  const options = readOptions(process.argv.slice(2));
  // An exit takes the processes along that were started; a signal alone would not.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const progress = (text: string) => {
    if (options.json) process.stderr.write(`${text}\n`);
    else console.log(text);
  };
  progress(HEAD);
  const report = await runSoak(root, options, (sample) => progress(drawSample(sample)));
  const { flatness, broken, calls } = report;
  for (const one of flatness) progress(drawFlatness(one));
  progress(`${calls} calls, of which ${broken.length} broke a rule`);
  for (const { callSid, rules } of broken) progress(`  ${callSid}: ${rules.join('; ')}`);
  if (options.json) console.log(JSON.stringify(report, null, 2));
  if (broken.length > 0 || flatness.some(({ isFlat }) => !isFlat)) process.exitCode = 1;
});
