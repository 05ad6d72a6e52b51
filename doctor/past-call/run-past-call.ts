import { openTwilio } from '../../twilio-account/client';
import type { DoctorOptions } from '../options';
import { Reach } from '../reach';
import type { DoctorSurroundings } from '../run-doctor';
import { listSecrets, readSettings } from '../settings';
import { listFailedRecords, readBridgeSide } from './bridge-side';
import type { Source } from './evidence';
import { type Moment, tellTimeline } from './timeline';
import { listFailedCalls, readTwilioSide } from './twilio-side';
import { judge, type Verdict } from './verdict';

/** What `--json` prints. */
export interface PastCallReport {
  readonly ok: boolean;
  readonly callSid: string | null;
  readonly verdict: Omit<Verdict, 'isWell'>;
  readonly timeline: readonly Moment[];
  readonly sources: Readonly<Record<string, Source>>;
}

/**
 * `npm run doctor -- --call CA…|failed`: what happened in one call, and what went wrong. Gives the
 * exit code: 0 if nothing did.
 */
export async function runPastCall(
  call: string,
  { hosts, json }: Pick<DoctorOptions, 'hosts' | 'json'>,
  { environment, print }: Pick<DoctorSurroundings, 'environment' | 'print'>,
): Promise<number> {
  const settings = readSettings(environment, { hosts });
  const reach = new Reach(hosts);
  const client = () => openTwilio(environment);
  try {
    const chosen = call === 'failed' ? await findLatestFailed() : { callSid: call, sources: {} };
    const report = 'verdict' in chosen ? chosen : await examineCall(chosen.callSid, chosen.sources);
    const hide = redactor(listSecrets(settings));
    for (const line of json ? [JSON.stringify(report)] : linesOf(report)) print(hide(line));
    return report.ok ? 0 : 1;
  } finally {
    await reach.close();
  }

  async function examineCall(
    callSid: string,
    before: Readonly<Record<string, Source>>,
  ): Promise<PastCallReport> {
    const [ofTwilio, ofBridge] = await Promise.all([
      readTwilioSide(client, callSid),
      readBridgeSide(settings, reach, callSid),
    ]);
    const { notices, exchanges } = ofTwilio;
    const { record } = ofBridge;
    const evidence = { callSid, twilio: ofTwilio.call, notices, exchanges, record };
    const { isWell, ...verdict } = judge(evidence);
    return {
      ok: isWell,
      callSid,
      verdict,
      timeline: tellTimeline(evidence),
      sources: { ...before, ...ofTwilio.sources, bridge: ofBridge.source },
    };
  }

  async function findLatestFailed(): Promise<
    | PastCallReport
    | { readonly callSid: string; readonly sources: Readonly<Record<string, Source>> }
  > {
    const [ofTwilio, ofBridge] = await Promise.all([
      listFailedCalls(client),
      listFailedRecords(settings, reach),
    ]);
    const sources = { twilioCalls: ofTwilio.source, bridgeRecords: ofBridge.source };
    const [latest] = [...ofTwilio.failed, ...ofBridge.failed].sort((a, b) => b.atMs - a.atMs);
    if (latest !== undefined) return { callSid: latest.callSid, sources };
    const ok = Object.values(sources).some(({ state }) => state === 'read');
    const verdict = ok
      ? { id: 'no-failed-call', sentence: 'no call has failed lately', remedy: 'nothing' }
      : {
          id: 'nothing-read',
          sentence: 'neither Twilio nor the bridge could be asked which calls failed',
          remedy: 'set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or ADMIN_TOKEN with the bridge up',
        };
    return { ok, callSid: null, verdict, timeline: [], sources };
  }
}

function linesOf({ callSid, verdict, timeline, sources }: PastCallReport): string[] {
  const moments = timeline.map(({ atMs, who, what, code }) => {
    const at = `${(atMs / 1_000).toFixed(1)} s`.padStart(9);
    return `${at}  ${who.padEnd(9)}  ${what}${code === undefined ? '' : ` [${code}]`}`;
  });
  return [
    ...(callSid === null ? [] : [`Call ${callSid}`, '']),
    ...Object.entries(sources).map(([name, { state, found }]) => `  ${name}: ${state}, ${found}`),
    '',
    ...moments,
    '',
    `Verdict: ${verdict.sentence}.`,
    ...(verdict.remedy === 'nothing' ? [] : [`To do: ${verdict.remedy}.`]),
  ];
}

const CALL_TOKEN = /v1\.\d+\.[\w-]+\.[\w-]+/g;
const PHONE_NUMBER = /\+\d{5,13}(\d\d)(?!\d)/g;

/** Hides what must not be shown, wherever it may have come from. */
function redactor(secrets: readonly string[]): (text: string) => string {
  return (text) =>
    secrets
      .reduce((shown, secret) => shown.replaceAll(secret, '[secret]'), text)
      .replace(CALL_TOKEN, '[token]')
      .replace(PHONE_NUMBER, '+***$1');
}
