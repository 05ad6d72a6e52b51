import type { CallReport } from '../call-report';
import type { PhoneEvent } from '../phone-event';

/** One line of the timeline. */
export function eventLine({ atMs, text }: PhoneEvent): string {
  return `${String(Math.round(atMs)).padStart(7)} ms  phone  ${text}`;
}

/** What came of the call, for a person. */
export function summary(report: CallReport): string {
  const lines = [''];
  for (const { who, text, atMs } of report.transcript) {
    lines.push(`${String(Math.round(atMs)).padStart(7)} ms  ${who.padEnd(7)} “${text}”`);
  }
  if (report.transcript.length > 0) lines.push('');
  for (const { code, level, message, remedy } of report.errors) {
    lines.push(`${level} ${code}: ${message}`);
    if (remedy !== undefined) lines.push(`  remedy: ${remedy}`);
  }
  for (const stream of report.streams) {
    lines.push(
      stream.accepted
        ? `stream: accepted in ${stream.connectMs ?? 0} ms, first agent audio ` +
            `${stream.firstAgentAudioMs ?? 'never'}${stream.firstAgentAudioMs === null ? '' : ' ms'} after start, ` +
            `${stream.framesSent} frames sent, ${stream.heardMs} ms heard, ${stream.clears} clears, ` +
            `closed by the ${stream.closedBy ?? 'server'} with ${stream.closeCode ?? 'no code'}`
        : `stream: not accepted (${stream.refusal ?? 'unknown'})`,
    );
  }
  const lasted = (report.durationMs / 1000).toFixed(1);
  lines.push(`${report.ok ? 'well' : 'NOT well'}: ${report.callSid}, ${lasted} s`);
  return lines.join('\n');
}
