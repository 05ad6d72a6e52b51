import {
  type Correction,
  correctTwiml,
} from '@realtime-phone/protocol/twiml/correction/correction';
import type { TwimlFinding } from '@realtime-phone/protocol/twiml/check';
import type { Finding } from '../check';
import type { DoctorOptions } from '../options';
import { Reach } from '../reach';
import type { DoctorSurroundings } from '../run-doctor';
import { listSecrets, readSettings } from '../settings';
import { explainConsequence } from './consequence';
import { dropConsequences } from './document-findings';
import { readSource } from './source';

/** What `--twiml --json` prints. */
export interface TwimlReport {
  readonly ok: boolean;
  readonly source: string;
  readonly findings: readonly ReportedFinding[];
  /** Null where there is nothing to correct, or nothing that a program could. */
  readonly corrected: string | null;
  /** What is wrong still with the corrected document, by its lines. */
  readonly remaining: readonly ReportedFinding[];
}

/** A finding in a document, or why there is none. */
export interface ReportedFinding {
  readonly level: 'error' | 'warning';
  readonly id: string;
  /** Twilio's own error code; null where Twilio has none. */
  readonly code: number | null;
  readonly line: number | null;
  readonly found: string;
  readonly why: string;
  readonly remedy: string;
}

/**
 * `npm run doctor -- --twiml FILE|URL`: checks one document, and prints it corrected where that can be
 * done. Gives the exit code: 1 where Twilio would not do what it says.
 */
export async function runTwiml(
  place: string,
  { hosts, json }: Pick<DoctorOptions, 'hosts' | 'json'>,
  { environment, print }: Pick<DoctorSurroundings, 'environment' | 'print'>,
): Promise<number> {
  const settings = readSettings(environment, { hosts });
  const reach = new Reach(hosts);
  const source = await readSource(place, { settings, reach });
  await reach.close();
  const report =
    'fault' in source
      ? reportOf(place, [asReported(source.fault)])
      : reportDocument(source.where, correctTwiml(source.answer));
  const secrets = listSecrets(settings);
  const show = (text: string) =>
    print(secrets.reduce((shown, secret) => shown.replaceAll(secret, '[secret]'), text));
  if (json) show(JSON.stringify(report));
  else linesOf(report).forEach(show);
  return report.ok ? 0 : 1;
}

function reportDocument(source: string, { findings, corrected, remaining }: Correction) {
  return reportOf(
    source,
    dropConsequences(findings).map(explain),
    corrected,
    corrected === undefined ? [] : remaining.map(explain),
  );
}

function reportOf(
  source: string,
  findings: readonly ReportedFinding[],
  corrected?: string,
  remaining: readonly ReportedFinding[] = [],
): TwimlReport {
  const ok = findings.every(({ level }) => level !== 'error');
  return { ok, source, findings, corrected: corrected ?? null, remaining };
}

function explain(one: TwimlFinding): ReportedFinding {
  const { level, id, code, line = null, message, remedy } = one;
  return { level, id, code, line, found: message, why: explainConsequence(one), remedy };
}

function asReported({ level, id, twilioCode, found, why, remedy }: Finding): ReportedFinding {
  const code = twilioCode ?? null;
  return { level: level === 'fault' ? 'error' : level, id, code, line: null, found, why, remedy };
}

function linesOf({ source, findings, corrected, remaining }: TwimlReport): readonly string[] {
  const lines = findings.length === 0 ? [`${source}: nothing is wrong with it.`] : [`${source}:`];
  lines.push(...findings.flatMap(tell));
  if (corrected === null) return lines;
  lines.push('', 'Corrected:', '', corrected.trimEnd());
  if (remaining.length > 0) lines.push('', 'What remains for you, by its lines:');
  return [
    ...lines,
    ...remaining.map(({ line, id, remedy }) => `  line ${line ?? 1}  ${id}: ${remedy}`),
  ];
}

function tell({ level, id, code, line, found, why, remedy }: ReportedFinding): readonly string[] {
  const where = line === null ? '' : `, line ${line}`;
  const named = code === null ? id : `${code} ${id}`;
  return [
    '',
    `${level === 'error' ? 'ERROR' : 'warning'}${where}  ${named}`,
    `  found   ${found}`,
    `  why     ${why}`,
    `  to do   ${remedy}`,
  ];
}
