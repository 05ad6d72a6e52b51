import { searchCapacity } from '../capacity';
import { takeTurns } from '../turns';

const RANGE = { first: 100, most: 3_000, precision: 0.06 };

describe('Searches that take turns', () => {
  it('measure one at a time, and one after the other', async () => {
    const takeTurn = takeTurns();
    const seen: string[] = [];
    let atWork = 0;
    const search = (name: string, mostCalls: number) =>
      searchCapacity(
        (calls) =>
          takeTurn(async () => {
            atWork += 1;
            seen.push(name);
            expect(atWork).toBe(1);
            await new Promise((resolve) => setImmediate(resolve));
            atWork -= 1;
            return calls <= mostCalls ? 'good' : 'bad';
          }),
        RANGE,
      );
    await Promise.all([search('a', 650), search('b', 350), search('c', 900)]);
    const whileAllSearch = seen.slice(0, 3 * 4).join('');
    expect(whileAllSearch).toBe('abc'.repeat(4));
  });

  it('go on behind one that failed', async () => {
    const takeTurn = takeTurns();
    const fails = takeTurn(() => Promise.reject(new Error('went under')));
    const goes = takeTurn(() => Promise.resolve('measured'));
    await expect(fails).rejects.toThrow('went under');
    await expect(goes).resolves.toBe('measured');
  });
});
