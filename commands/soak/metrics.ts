import type { Scrape } from '../../protocol/prometheus-text';

/** How much a counter grew. */
export function growth(name: string, before: Scrape, after: Scrape): number {
  return (after.get(name) ?? 0) - (before.get(name) ?? 0);
}

/**
 * Of what a histogram of seconds counted between two scrapes, the bound in milliseconds that so large
 * a share is below, on a straight line within its bucket; the last bound for what is above all.
 */
export function quantileMs(name: string, share: number, before: Scrape, after: Scrape): number {
  const buckets = [...after.keys()]
    .flatMap((key) => {
      const le = /^(\w+)_bucket\{le="([^"]+)"\}$/.exec(key);
      if (le?.[1] !== name || le[2] === '+Inf') return [];
      return [{ ms: Number(le[2]) * 1_000, count: growth(key, before, after) }];
    })
    .sort((one, other) => one.ms - other.ms);
  const wanted = share * growth(`${name}_count`, before, after);
  let below = { ms: 0, count: 0 };
  for (const bucket of buckets) {
    if (bucket.count >= wanted) {
      const within = (wanted - below.count) / Math.max(bucket.count - below.count, 1);
      return below.ms + within * (bucket.ms - below.ms);
    }
    below = bucket;
  }
  return below.ms;
}
