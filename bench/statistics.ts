/** Latencies as counted by the generator: upper bounds of buckets in microseconds, with counts. */
export type Histogram = readonly (readonly [upperUs: number, count: number])[];

/** The middle of several runs, and the lowest and highest of them. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/**
 * The latency that a share of all is at or below, in milliseconds; NaN of nothing.
 * @param share from 0 to 1.
 */
export function percentileMs(histogram: Histogram, share: number): number {
  const total = histogram.reduce((sum, [, count]) => sum + count, 0);
  const wanted = Math.max(1, Math.ceil(total * share));
  let seen = 0;
  for (const [upperUs, count] of histogram) {
    seen += count;
    if (seen >= wanted) return upperUs / 1_000;
  }
  return NaN;
}

/** What a histogram counted since an earlier one of the same. */
export function countedSince(later: Histogram, earlier: Histogram): Histogram {
  const before = new Map(earlier);
  return later.map(([upperUs, count]) => [upperUs, count - (before.get(upperUs) ?? 0)]);
}

/** @throws RangeError without a value. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1);
  const [least] = sorted;
  const most = sorted.at(-1);
  if (least === undefined || most === undefined) throw new RangeError('no values');
  return { median: middle.reduce((sum, value) => sum + value, 0) / middle.length, least, most };
}
