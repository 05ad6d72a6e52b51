import { spreadOf } from './statistics';

/** One thing that is to stay what it is: the median of the first quarter of the time and of the last. */
export interface Flatness {
  readonly what: string;
  readonly first: number;
  readonly last: number;
  /** What the last may be. */
  readonly most: number;
  readonly isFlat: boolean;
}

/**
 * What the first quarter of the samples was and the last, each by its median, so that one sample with a
 * fault in it decides nothing; 0 where there are none.
 */
export function compareQuarters<Sample>(
  samples: readonly Sample[],
  of: (sample: Sample) => number,
): { readonly first: number; readonly last: number } {
  if (samples.length === 0) return { first: 0, last: 0 };
  const quarter = Math.max(1, Math.floor(samples.length / 4));
  const median = (some: readonly Sample[]) => spreadOf(some.map(of)).median;
  return { first: median(samples.slice(0, quarter)), last: median(samples.slice(-quarter)) };
}

/** As a line. */
export function drawFlatness({ what, first, last, most, isFlat }: Flatness): string {
  return `${isFlat ? 'flat' : 'GREW'}  ${what}: ${first} in the first quarter, ${last} in the last, at most ${most}`;
}
