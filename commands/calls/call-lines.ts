import type { CallRecord } from '../../bridge/src/records/call-record';

const HEAD = ['admitted (UTC)', 'length', 'agent', 'from', 'to', 'end', 'turns', 'id'];

/** Calls as a table, a line each. */
export function listCalls(records: readonly CallRecord[]): string[] {
  if (records.length === 0) return ['no calls'];
  const rows = records.map((record) => [
    record.admittedAt.replace('T', ' ').slice(0, 19),
    describeLength(record),
    record.agent,
    record.from,
    record.to,
    describeEnd(record),
    String(record.turns.length),
    record.callSid,
  ]);
  const widths = HEAD.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return [HEAD, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** How a call ended, in a word or two. */
export function describeEnd({ end, endedAt }: CallRecord): string {
  if (end === undefined) return endedAt === undefined ? 'in progress' : 'ended';
  return end.code === undefined ? end.by : `${end.by}: ${end.code}`;
}

/** From the start of the stream to the end, as in `3:07`. */
export function describeLength({ startedAt, endedAt }: CallRecord): string {
  if (startedAt === undefined || endedAt === undefined) return '-';
  const seconds = Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
