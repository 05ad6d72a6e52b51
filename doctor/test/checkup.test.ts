import type { Check, Finding, Outcome } from '../check';
import { linesOf, summaryOf } from '../printing/lines';
import { examineSetUp } from './stage/examination';

const FINDING: Finding = {
  level: 'fault',
  id: 'x',
  found: 'the key is sk-very-secret',
  why: 'why',
  remedy: 'set another than sk-very-secret',
};

const check = (id: string, needs: readonly string[], outcome: () => Outcome): Check => ({
  id,
  title: id,
  needs,
  run: () => Promise.resolve().then(outcome),
});

const run = (...checks: readonly Check[]) =>
  examineSetUp(checks, { environment: { OPENAI_API_KEY: 'sk-very-secret' } });

const holds = () => ({ found: 'well' });
const broken = () => ({ found: 'broken', findings: [FINDING] });

describe('A check-up', () => {
  it('does not reach what hangs on a broken link, and names that link, however far up', async () => {
    const results = await run(
      check('a', [], broken),
      check('b', ['a'], holds),
      check('c', ['b'], holds),
      check('d', [], holds),
    );
    expect(results.map(({ state, because }) => [state, because])).toEqual([
      ['fault', undefined],
      ['not reached', 'a'],
      ['not reached', 'a'],
      ['holds', undefined],
    ]);
    expect(summaryOf(results).filter((line) => line.startsWith('  '))).toHaveLength(1);
  });

  it('goes on behind a warning, and skips what hangs on what was skipped', async () => {
    const results = await run(
      check('a', [], () => ({ found: '', findings: [{ ...FINDING, level: 'warning' }] })),
      check('b', ['a'], () => ({ found: 'no number', isSkipped: true })),
      check('c', ['b'], broken),
    );
    expect(results.map(({ state }) => state)).toEqual(['warning', 'skipped', 'skipped']);
  });

  it('leaves alone what a fault before would only show again, and runs it where that was skipped', async () => {
    const later = (id: string): Check => ({ ...check(id, [], holds), after: ['a', 'elsewhere'] });
    const behindFault = await run(check('a', [], broken), later('b'));
    expect(behindFault.map(({ state, because }) => [state, because])).toEqual([
      ['fault', undefined],
      ['not reached', 'a'],
    ]);
    const behindSkipped = await run(
      check('a', [], () => ({ found: '', isSkipped: true })),
      later('b'),
    );
    expect(behindSkipped.map(({ state }) => state)).toEqual(['skipped', 'holds']);
  });

  it('takes what a check throws for a fault of that check alone', async () => {
    const results = await run(
      check('a', [], () => {
        throw new Error('it broke with sk-very-secret');
      }),
      check('b', [], holds),
    );
    expect(results.map(({ state }) => state)).toEqual(['fault', 'holds']);
    expect(results[0]?.findings[0]?.id).toBe('check-broke-off');
  });

  it('shows no secret, wherever it stands', async () => {
    const results = await run(
      check('a', [], broken),
      check('b', [], () => {
        throw new Error('sk-very-secret');
      }),
    );
    const shown = [...results.flatMap(linesOf), ...summaryOf(results), JSON.stringify(results)];
    expect(shown.join('\n')).not.toContain('sk-very-secret');
    expect(shown.join('\n')).toContain('[secret]');
  });

  it('is refused where a check needs one that does not come before it', async () => {
    await expect(run(check('a', ['b'], holds), check('b', [], holds))).rejects.toThrow(
      'a needs b, which does not come before',
    );
  });
});
