import { Histogram, Registry } from 'prom-client';
import { LatencyHistogram } from '../../bridge/src/load/latency-histogram';
import type { MicroBenchmark } from './stopwatch';

const BOUNDS_MS = [1, 2, 5, 10, 20, 40, 80];
const registers = [new Registry()];
const theirs = new Histogram({
  ...{ name: 'theirs', help: 'By prom-client', registers },
  buckets: BOUNDS_MS.map((ms) => ms / 1_000),
});
const ours = new LatencyHistogram({
  ...{ name: 'ours', help: 'By plain numbers', registers },
  boundsMs: BOUNDS_MS,
});

/** What notes how late a frame came. */
export const LATENESS: MicroBenchmark = {
  what: 'note a latency',
  ways: [
    { name: 'Histogram of prom-client', once: (turn) => theirs.observe((turn % 9) / 1_000) },
    { name: 'LatencyHistogram', once: (turn) => ours.note(turn % 9) },
  ],
};
