// `npm test`: gets the tree ready, then runs every test that this machine can run.
// Arguments go to Jest. With NOTHING_SKIPPED=1 a skipped test is a failure.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from './prepare.mjs';

/** Tests that hold one clock against another: they want the cores for themselves. */
const TIMED = '/test/(hazard/|interruption|recording\\.test|model-slow|bridge-stream|store-killed)';

/** The others mostly wait, so two of them can share a core. */
const runs = (args) =>
  args.length > 0
    ? [args]
    : [
        [
          '-w',
          String(2 * availableParallelism()),
          '--testPathIgnorePatterns',
          '/node_modules/',
          TIMED,
        ],
        ['-w', String(availableParallelism()), '--testPathPatterns', TIMED],
      ];

const jest = fileURLToPath(new URL('../node_modules/jest/bin/jest.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'closing-line-'));
let current;
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => current?.kill(signal));

/** Runs Jest, and gives its exit code with what it counted; nothing where it broke off. */
async function run(args, number) {
  const line = join(folder, String(number));
  current = spawn(process.execPath, [jest, ...args], {
    stdio: 'inherit',
    env: { ...process.env, CLOSING_LINE: line },
  });
  const code = await new Promise((resolve) => current.once('close', (status) => resolve(status)));
  try {
    return { code: code ?? 1, counts: readFileSync(line, 'utf8').match(/\d+/g).map(Number) };
  } catch {
    return { code: code || 1, counts: undefined };
  }
}

await prepare();
const totals = [0, 0, 0];
let isWhole = true;
for (const [number, args] of runs(process.argv.slice(2)).entries()) {
  const { code, counts } = await run(args, number);
  process.exitCode ||= code;
  isWhole &&= counts !== undefined;
  counts?.forEach((count, index) => (totals[index] += count));
  if (!isWhole) break; // it was ended, and so is the rest
}
const [passed, failed, skipped] = totals;
if (isWhole) process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
rmSync(folder, { recursive: true });
