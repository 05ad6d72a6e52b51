// `npm test`: gets the tree ready, then runs every test that this machine can run.
// Arguments go to Jest. With NOTHING_SKIPPED=1 a skipped test is a failure.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from './prepare.mjs';

await prepare();
const folder = mkdtempSync(join(tmpdir(), 'closing-line-'));
const line = join(folder, 'line');
const jest = fileURLToPath(new URL('../node_modules/jest/bin/jest.js', import.meta.url));
const run = spawn(process.execPath, [jest, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, CLOSING_LINE: line },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => run.kill(signal));
run.once('close', (code) => {
  process.exitCode = code ?? 1;
  try {
    process.stdout.write(`\n${readFileSync(line, 'utf8')}`);
  } catch {
    process.exitCode ||= 1; // no line: the run did not come to its end
  }
  rmSync(folder, { recursive: true });
});
