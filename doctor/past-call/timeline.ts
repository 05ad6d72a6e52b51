import { describeTwilioError } from '@realtime-phone/protocol/twilio-errors/catalogue';
import type { Evidence } from './evidence';

/** One line of the timeline. */
export interface Moment {
  /** Since the first thing that is known; of Twilio's own times only the second is. */
  readonly atMs: number;
  readonly who: 'Twilio' | 'Functions' | 'bridge' | 'model' | 'caller' | 'agent';
  readonly what: string;
  readonly code?: string;
}

/** Everything that is known of a call, in order of time. */
export function tellTimeline({ twilio, notices, exchanges, record }: Evidence): readonly Moment[] {
  const moments: Moment[] = [];
  const add = (atMs: number | undefined, who: Moment['who'], what: string, code?: string) => {
    if (atMs === undefined || atMs === 0) return;
    moments.push({ atMs, who, what, ...(code === undefined ? {} : { code }) });
  };
  if (twilio !== undefined) {
    const { direction, from, to, status, durationS } = twilio;
    add(twilio.startedAtMs, 'Twilio', `call begins: ${direction}, ${from} → ${to}`);
    add(twilio.endedAtMs, 'Twilio', `call is over: ${status}, ${durationS} s`);
  }
  for (const { atMs, url, status, findings } of exchanges) {
    const wrong = findings.map(({ message }) => `; ${message}`).join('');
    add(atMs, 'Functions', `${url} answers ${status}${wrong}`);
  }
  for (const { atMs, code, text, url } of notices) {
    const place = url === '' ? '' : ` (${url})`;
    const said = `${describeTwilioError(code).name}: ${text}${place}`;
    add(atMs, 'Twilio', said, String(code));
  }
  for (const { atMs, what } of record?.course ?? [])
    add(atMs, what.startsWith('model') ? 'model' : 'bridge', what);
  for (const { atMs, who, words } of record?.turns ?? [])
    add(atMs, who === 'agent' ? 'agent' : 'caller', `speaks, ${words} words`);
  for (const { atMs, source, parameters } of record?.events ?? [])
    add(atMs, 'Twilio', describeEvent(source, parameters), parameters.ErrorCode);
  for (const { atMs, code, message } of record?.errors ?? [])
    add(atMs, code.startsWith('model') ? 'model' : 'bridge', message, code);
  moments.sort((a, b) => a.atMs - b.atMs);
  const beganAtMs = moments[0]?.atMs ?? 0;
  return moments.map((moment) => ({ ...moment, atMs: moment.atMs - beganAtMs }));
}

function describeEvent(source: string, parameters: Readonly<Record<string, string>>): string {
  const { CallStatus, StreamEvent, StreamError, SipResponseCode } = parameters;
  const told = [
    StreamEvent ?? CallStatus,
    StreamError,
    SipResponseCode && `SIP ${SipResponseCode}`,
  ];
  return `${source}: ${told.filter((one) => one !== undefined && one !== '').join(', ')}`;
}
