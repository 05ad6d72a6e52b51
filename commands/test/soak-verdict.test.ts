import { readScrape } from '../../protocol/prometheus-text';
import { quantileMs } from '../soak/metrics';
import { measure, type Sample } from '../soak/sample';
import { judge } from '../soak/verdict';

const scrape = (counts: readonly [number, number, number], more = '') =>
  readScrape(
    `# HELP bridge_loop_lag_seconds How late
bridge_loop_lag_seconds_bucket{le="0.01"} ${counts[0]}
bridge_loop_lag_seconds_bucket{le="0.02"} ${counts[1]}
bridge_loop_lag_seconds_bucket{le="+Inf"} ${counts[2]}
bridge_loop_lag_seconds_count ${counts[2]}
${more}
`,
  );

const sample = (change: Partial<Sample>): Sample => ({
  ...{ atS: 0, calls: 10, residentMib: 100, lagP50Ms: 1, lagP99Ms: 10, heldP99Ms: 1 },
  ...{ lateFrames: 0, openFiles: 50, ended: 0, broken: 0, faults: [] },
  ...change,
});

describe('The soak', () => {
  it('reads from two scrapes how late the loop was between them alone', () => {
    const before = scrape([1_000, 1_000, 1_000]);
    const after = scrape([1_050, 1_100, 1_100]);
    expect(quantileMs('bridge_loop_lag_seconds', 0.25, before, after)).toBe(5);
    expect(quantileMs('bridge_loop_lag_seconds', 0.75, before, after)).toBe(15);
    // What is above all bounds is at least the last.
    const late = scrape([1_000, 1_000, 1_100]);
    expect(quantileMs('bridge_loop_lag_seconds', 0.99, before, late)).toBe(20);
  });

  it('reads calls, memory, late frames and open files', () => {
    const before = scrape([0, 0, 0], 'bridge_caller_frames_late_total 5');
    const after = scrape(
      [1, 1, 1],
      `bridge_calls 7
process_resident_memory_bytes 104857600
process_open_fds 42
bridge_caller_frames_late_total 8`,
    );
    const rest = { atS: 60, ended: 3, broken: 0, faults: [] };
    expect(measure(before, after, rest)).toMatchObject({
      ...{ calls: 7, residentMib: 100, openFiles: 42, lateFrames: 3 },
    });
  });

  it('finds a bridge flat whose numbers stay, one sample with a fault in it apart', () => {
    const samples = Array.from({ length: 12 }, (_, at) =>
      sample({ lagP99Ms: at === 10 ? 300 : 10, residentMib: 100 + (at % 3) }),
    );
    expect(judge(samples).filter(({ isFlat }) => !isFlat)).toEqual([]);
  });

  it.each<[string, (at: number) => Partial<Sample>]>([
    ['RSS in MiB', (at) => ({ residentMib: 100 + 4 * at })],
    ['p99 of the loop’s lag in ms', (at) => ({ lagP99Ms: 10 + 3 * at })],
    ['p99 of held audio in ms', (at) => ({ heldP99Ms: 1 + at })],
    ['open files', (at) => ({ openFiles: 50 + 5 * at })],
  ])('finds out that %s grows', (what, change) => {
    const samples = Array.from({ length: 12 }, (_, at) => sample(change(at)));
    const grown = judge(samples).filter(({ isFlat }) => !isFlat);
    expect(grown.map((one) => one.what)).toEqual([what]);
  });
});
