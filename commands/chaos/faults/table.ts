import type { FaultedCall } from './faulted-call';
import { describeEnd } from './rules';
import type { ScenarioReport } from './run';

const HEAD = ['call', 'heard', 'silence', 'answers', 'ended by', 'record', 'turns', 'errors'];

/** A scenario as lines: its title, a row a call, and the verdict with the rules that were broken. */
export function drawTable(report: ScenarioReport): string[] {
  const { name, title, seconds, mostSilentMs, calls, skipped } = report;
  const head = `${name}: ${title}${seconds > 0 ? `, for ${seconds} s` : ''}`;
  if (skipped !== undefined) return [head, `  not tried: ${skipped}`];
  const rows = [HEAD, ...calls.map(drawRow)];
  const widths = HEAD.map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  const broken = calls.flatMap((call) =>
    call.broken.map((rule) => `  broken by ${short(call.callSid)}: ${rule}`),
  );
  return [
    head,
    ...rows.map((row) =>
      `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd(),
    ),
    ...(broken.length === 0
      ? [
          `  held: ${calls.length} calls, nobody in silence for over ${mostSilentMs} ms, every answer heard, every record whole`,
        ]
      : broken),
  ];
}

function drawRow({ callSid, account, endedBy, record }: FaultedCall): string[] {
  const { agentMs, silentMs, said, answered } = account;
  const count = (who: string) => record?.turns.filter((turn) => turn.who === who).length ?? 0;
  const codes = [...new Set(record?.errors.map(({ code }) => code))];
  return [
    short(callSid),
    `${(agentMs / 1_000).toFixed(1)} s`,
    `${(silentMs / 1_000).toFixed(1)} s`,
    `${answered} of ${said}`,
    endedBy,
    record === undefined ? 'missing' : describeEnd(record),
    `${count('caller')} + ${count('agent')}`,
    codes.join(' '),
  ];
}

const short = (callSid: string) => `${callSid.slice(0, 8)}…`;
