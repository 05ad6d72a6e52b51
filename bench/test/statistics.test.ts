import { countedSince, percentileMs, spreadOf } from '../statistics';

describe('Statistics', () => {
  it('read a percentile as the bound that this share of all is at or below', () => {
    const histogram = [
      [100, 50],
      [200, 49],
      [5_000, 1],
    ] as const;
    expect(percentileMs(histogram, 0.5)).toBe(0.1);
    expect(percentileMs(histogram, 0.51)).toBe(0.2);
    expect(percentileMs(histogram, 0.99)).toBe(0.2);
    expect(percentileMs(histogram, 0.999)).toBe(5);
    expect(percentileMs([], 0.5)).toBeNaN();
  });

  it('tell what was counted since an earlier time', () => {
    const earlier = [[100, 50] as const, [200, 1] as const];
    const later = [[50, 3] as const, [100, 50] as const, [200, 8] as const];
    expect(percentileMs(countedSince(later, earlier), 0.5)).toBe(0.2);
    expect(countedSince(later, earlier).reduce((sum, [, count]) => sum + count, 0)).toBe(10);
  });

  it('take the middle of runs, whatever their order and number', () => {
    expect(spreadOf([30, 1, 2])).toEqual({ median: 2, least: 1, most: 30 });
    expect(spreadOf([4, 1, 2, 3])).toEqual({ median: 2.5, least: 1, most: 4 });
    expect(() => spreadOf([])).toThrow(RangeError);
  });
});
