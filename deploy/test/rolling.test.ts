import { runRolling } from '../../commands/chaos/rolling';
import { buildDist, ROOT } from './stage/built-bridge';
import { testWith } from './stage/programs';

jest.setTimeout(240_000);
const testWithCaddy = testWith('caddy');

/** `npm run chaos -- --only rolling` does it with 100. */
const LINES = 4;

testWithCaddy(
  'two bridges are replaced one after the other, and every caller hears the agent to the end (needs caddy)',
  async () => {
    buildDist();
    const report = await runRolling(ROOT, { lines: LINES, pauseMs: 0 }, () => undefined);
    expect(report.calls.filter(({ fault }) => fault !== undefined)).toEqual([]);
    expect(report.recordFaults).toEqual([]);
    expect(report.replacements).toMatchObject([
      { node: 'a', exit: 0 },
      { node: 'b', exit: 0 },
    ]);
    // Both had calls when they were told to end, and calls came in all the time.
    for (const { calls } of report.replacements) expect(calls).toBeGreaterThan(0);
    expect(report.calls.length).toBeGreaterThan(LINES);
    expect(new Set(report.calls.map(({ node }) => node))).toEqual(new Set(['a', 'b']));
  },
);
