import { execFileSync } from 'node:child_process';

/**
 * `test`, or `test.skip` if one of the programs is not on this machine. In CI, with
 * NOTHING_SKIPPED=1, the test runs all the same, and fails.
 */
export function testWith(...programs: readonly string[]): jest.It {
  const isMissing = programs.some((program) => {
    try {
      execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
      return false;
    } catch {
      return true;
    }
  });
  return isMissing && process.env.NOTHING_SKIPPED !== '1' ? test.skip : test;
}
