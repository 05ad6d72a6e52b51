import fc from 'fast-check';
import { searchCapacity, type Verdict } from '../capacity';

const RANGE = { first: 100, most: 3_000, precision: 0.06 };

describe('The search for the most calls', () => {
  it('comes within its precision of the truth, from below, wherever that lies', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 2_999 }), async (truth) => {
        const found = await searchCapacity(
          (calls) => Promise.resolve(calls <= truth ? 'good' : 'bad'),
          RANGE,
        );
        expect(found.limit).toBe('bridge');
        expect(found.calls).toBeLessThanOrEqual(truth);
        expect(truth - found.calls).toBeLessThanOrEqual(Math.max(1, found.calls * 0.06));
      }),
    );
  });

  it('says when the generator was the limit, or the most that is tried', async () => {
    const verdicts: Verdict[] = ['good', 'good', 'generator'];
    const limited = await searchCapacity(
      (calls) => Promise.resolve(verdicts.shift() ?? (calls < 300 ? 'good' : 'generator')),
      RANGE,
    );
    expect(limited.limit).toBe('generator');
    const boundless = await searchCapacity(() => Promise.resolve('good'), RANGE);
    expect(boundless).toEqual({ calls: 3_000, limit: 'most' });
  });

  it('ends where not even one call is good', async () => {
    const found = await searchCapacity(() => Promise.resolve('bad'), RANGE);
    expect(found).toEqual({ calls: 0, limit: 'bridge' });
  });
});
