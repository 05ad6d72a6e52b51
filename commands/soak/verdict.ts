import { compareQuarters, type Flatness } from '../../bench/flatness';
import type { Sample } from './sample';

/** What grows, and by how much it may: a share, and a little where the number is small. */
const HELD: readonly (readonly [string, (sample: Sample) => number, number, number])[] = [
  ['RSS in MiB', ({ residentMib }) => residentMib, 1.1, 15],
  ['p99 of the loop’s lag in ms', ({ lagP99Ms }) => lagP99Ms, 1.5, 10],
  ['p99 of held audio in ms', ({ heldP99Ms }) => heldP99Ms, 1.5, 5],
  ['open files', ({ openFiles }) => openFiles, 1.1, 20],
];

/** Holds the last quarter of the samples against the first. */
export function judge(samples: readonly Sample[]): Flatness[] {
  return HELD.map(([what, of, share, more]) => {
    const { first, last } = compareQuarters(samples, of);
    const most = Math.round((first * share + more) * 10) / 10;
    return { what, first, last, most, isFlat: last <= most };
  });
}
