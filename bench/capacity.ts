/** How a bridge did with so many calls; `generator` means that the load was not a fair one. */
export type Verdict = 'good' | 'bad' | 'generator';

/** The most calls that were good. */
export interface Capacity {
  readonly calls: number;
  /** What ended the search: the bridge, the generator (then it is more), or the most that is tried. */
  readonly limit: 'bridge' | 'generator' | 'most';
}

/** Where a search begins, where it ends, and how close it comes: both in calls. */
export interface SearchRange {
  readonly first: number;
  readonly most: number;
  /** The search ends when good and bad are no further apart than this share of the good. */
  readonly precision: number;
}

/** Doubles the calls until they are too many, then halves the distance. */
export async function searchCapacity(
  judge: (calls: number) => Promise<Verdict>,
  { first, most, precision }: SearchRange,
): Promise<Capacity> {
  let good = 0;
  let bad = Infinity;
  let limit: Capacity['limit'] = 'bridge';
  let calls = first;
  for (;;) {
    const verdict = await judge(calls);
    if (verdict === 'good') good = calls;
    else {
      bad = calls;
      limit = verdict === 'generator' ? 'generator' : 'bridge';
    }
    if (good >= most) return { calls: good, limit: 'most' };
    if (bad - good <= Math.max(1, good * precision)) return { calls: good, limit };
    calls = bad === Infinity ? Math.min(good * 2, most) : Math.floor((good + bad) / 2);
  }
}
