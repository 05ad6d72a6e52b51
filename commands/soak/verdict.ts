import type { Sample } from './sample';

/** One thing that is to be flat: the median of the first quarter of the time and of the last. */
export interface Flatness {
  readonly what: string;
  readonly first: number;
  readonly last: number;
  /** What the last may be. */
  readonly most: number;
  readonly isFlat: boolean;
}

/** What grows, and by how much it may: a share, and a little where the number is small. */
const HELD: readonly (readonly [string, (sample: Sample) => number, number, number])[] = [
  ['RSS in MiB', ({ residentMib }) => residentMib, 1.1, 15],
  ['p99 of the loop’s lag in ms', ({ lagP99Ms }) => lagP99Ms, 1.5, 10],
  ['p99 of held audio in ms', ({ heldP99Ms }) => heldP99Ms, 1.5, 5],
  ['open files', ({ openFiles }) => openFiles, 1.1, 20],
];

/**
 * Holds the last quarter of the samples against the first. It is the median of each, so that one
 * sample with a fault in it decides nothing.
 */
export function judge(samples: readonly Sample[]): Flatness[] {
  const quarter = Math.max(1, Math.floor(samples.length / 4));
  return HELD.map(([what, of, share, more]) => {
    const first = median(samples.slice(0, quarter).map(of));
    const last = median(samples.slice(-quarter).map(of));
    const most = Math.round((first * share + more) * 10) / 10;
    return { what, first, last, most, isFlat: last <= most };
  });
}

/** As a line. */
export function drawFlatness({ what, first, last, most, isFlat }: Flatness): string {
  return `${isFlat ? 'flat' : 'GREW'}  ${what}: ${first} in the first quarter, ${last} in the last, at most ${most}`;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  const [low = 0, high = low] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}
