import type { Scrape } from '../../protocol/prometheus-text';
import { growth, quantileMs } from './metrics';

/** The bridge over a stretch of time. */
export interface Sample {
  readonly atS: number;
  readonly calls: number;
  readonly residentMib: number;
  /** Half and 99 of 100 of the looks at the event loop found it no later than this. */
  readonly lagP50Ms: number;
  readonly lagP99Ms: number;
  /** 99 of 100 pieces of callers' audio waited no longer in the bridge. */
  readonly heldP99Ms: number;
  /** Frames of callers that came 20 ms late, or more. */
  readonly lateFrames: number;
  /** Of the process: sockets above all. */
  readonly openFiles: number;
  /** Calls that ended, by now, and those of them that broke a rule. */
  readonly ended: number;
  readonly broken: number;
  /** What was broken meanwhile. */
  readonly faults: readonly string[];
}

const MIB = 1_048_576;

/** What two scrapes say of the time between them. */
export function measure(
  before: Scrape,
  after: Scrape,
  rest: Pick<Sample, 'atS' | 'ended' | 'broken' | 'faults'>,
): Sample {
  const lag = (share: number) => quantileMs('bridge_loop_lag_seconds', share, before, after);
  return {
    ...rest,
    calls: after.get('bridge_calls') ?? 0,
    residentMib: Math.round((after.get('process_resident_memory_bytes') ?? 0) / MIB),
    lagP50Ms: rounded(lag(0.5)),
    lagP99Ms: rounded(lag(0.99)),
    heldP99Ms: rounded(quantileMs('bridge_caller_audio_held_seconds', 0.99, before, after)),
    lateFrames: growth('bridge_caller_frames_late_total', before, after),
    openFiles: after.get('process_open_fds') ?? 0,
  };
}

const COLUMNS: readonly (readonly [string, (sample: Sample) => string])[] = [
  ['at', ({ atS }) => `${Math.floor(atS / 60)}:${String(Math.round(atS % 60)).padStart(2, '0')}`],
  ['calls', ({ calls }) => String(calls)],
  ['RSS MiB', ({ residentMib }) => String(residentMib)],
  ['lag p50 ms', ({ lagP50Ms }) => String(lagP50Ms)],
  ['lag p99 ms', ({ lagP99Ms }) => String(lagP99Ms)],
  ['held p99 ms', ({ heldP99Ms }) => String(heldP99Ms)],
  ['late frames', ({ lateFrames }) => String(lateFrames)],
  ['open files', ({ openFiles }) => String(openFiles)],
  ['ended', ({ ended }) => String(ended)],
  ['broken', ({ broken }) => String(broken)],
];

/** The names of the columns. */
export const HEAD = COLUMNS.map(([name]) => name.padStart(7)).join('  ');

/** A sample as a line. */
export function drawSample(sample: Sample): string {
  const cells = COLUMNS.map(([name, of]) => of(sample).padStart(Math.max(name.length, 7)));
  return [...cells, sample.faults.join(' ')].join('  ').trimEnd();
}

const rounded = (ms: number) => Math.round(ms * 10) / 10;
