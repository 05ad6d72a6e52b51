import { runKills } from '../../commands/chaos/kills';
import { buildDist, ROOT } from './stage/built-bridge';
import { testWith } from './stage/programs';

jest.setTimeout(240_000);
const testWithCaddy = testWith('caddy');
/** The other bridge is there already, so nobody waits for a process. */
const BACK_WITHIN_MS = 6_000;

/** `npm run chaos -- --only kill` does it 50 times. */
testWithCaddy(
  'a bridge is killed in mid-call and stays away, and the other one goes on with its calls (needs caddy)',
  async () => {
    buildDist();
    const { calls } = await runKills(ROOT, { kills: 1, lines: 2 }, () => undefined);
    expect(calls.flatMap(({ fault }) => fault ?? [])).toEqual([]);
    const lost = calls.filter(({ backMs }) => backMs !== undefined);
    expect(lost.length).toBeGreaterThan(0);
    for (const { nodes, backMs } of lost) {
      expect(new Set(nodes)).toEqual(new Set(['a', 'b']));
      expect(backMs).toBeLessThan(BACK_WITHIN_MS);
    }
  },
);
