import type { Capacity } from './capacity';
import type { Report, Row } from './report';
import type { Spread } from './statistics';
import type { Latency } from './trial';

const NOTHING = '–';

/** The columns, as they stand in the terminal and in bench/RESULTS.md. */
export const HEADINGS = [
  'between phone and model',
  'leg',
  'CPU ms per call-second',
  'ratio',
  'up p50 / p99 / p99.9 ms',
  'down p50 / p99 / p99.9 ms',
  'worst p99',
  'kB per call',
  'most calls',
] as const;

/** The cells of one row, in the order of the headings. */
export function describeRow(row: Row): readonly string[] {
  return [
    row.title,
    row.leg,
    describeSpread(row.cpuMsPerCallS, 2),
    describeNumber(row.ratio, 2),
    describeLatency(row.up),
    describeLatency(row.down),
    describeMs(row.worstP99Ms ?? NaN),
    describeSpread(row.kbPerCall, 0),
    describeCapacity(row.capacity),
  ];
}

/** What is said above and below a table: how it came about, and what to doubt. */
export function describeSurroundings(report: Report): { head: string; faults: readonly string[] } {
  const { calls, rounds, measuredMs, machine, load, base } = report;
  return {
    head: `${calls} calls, ${rounds} rounds of ${measuredMs / 1_000} s, medians (lowest–highest); ratio: CPU against “${base}” on the same leg. ${machine}; load ${load.toFixed(2)} before the first run.`,
    faults: report.rows.flatMap(({ title, leg, fault }) =>
      fault === undefined ? [] : [`FAILED ${title}, ${leg}: ${fault}`],
    ),
  };
}

/** The table for a terminal. */
export function describeTable(report: Report): string {
  const { head, faults } = describeSurroundings(report);
  const lines = [HEADINGS, ...report.rows.map(describeRow)];
  const widths = HEADINGS.map((_, column) =>
    Math.max(...lines.map((cells) => cells[column]?.length ?? 0)),
  );
  const table = lines.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [head, '', ...table, '', ...report.notes.map((note) => `Note: ${note}.`), ...faults].join(
    '\n',
  );
}

function describeSpread(spread: Spread | undefined, digits: number): string {
  if (spread === undefined || Number.isNaN(spread.median)) return NOTHING;
  const { median, least, most } = spread;
  const middle = median.toFixed(digits);
  const range = `${least.toFixed(digits)}–${most.toFixed(digits)}`;
  return least === most ? middle : `${middle} (${range})`;
}

function describeLatency(latency: Latency | undefined): string {
  if (latency === undefined) return NOTHING;
  return [latency.p50Ms, latency.p99Ms, latency.p999Ms].map(describeMs).join(' / ');
}

function describeMs(ms: number): string {
  return describeNumber(ms, ms < 10 ? 2 : 0);
}

function describeNumber(value: number | undefined, digits: number): string {
  return value === undefined || Number.isNaN(value) ? NOTHING : value.toFixed(digits);
}

function describeCapacity(capacity: Capacity | undefined): string {
  if (capacity === undefined) return NOTHING;
  const { calls, limit } = capacity;
  return limit === 'bridge'
    ? String(calls)
    : `${calls} or more${limit === 'generator' ? ' (generator)' : ''}`;
}
