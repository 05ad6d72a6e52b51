import { FIELD_NAMES, line } from '../../twilio-account/change-line';
import type { OwnedNumber } from '../../twilio-account/owned-number';
import {
  describeWebhook,
  type Override,
  type Pointing,
  type PointingChange,
  readFlow,
  readMode,
  readOverrides,
  readPointing,
} from '../../twilio-account/pointing';

/** What `--json` prints. */
export interface NumberReport extends Pointing {
  readonly phoneNumber: string;
  readonly sid: string;
  readonly friendlyName: string;
  /** What answers a call. */
  readonly answeredBy: 'stream' | 'test' | 'trunk' | 'application' | 'flow' | 'other' | 'nothing';
  readonly overrides: readonly Override[];
  readonly changes: readonly PointingChange[];
}

/** Reports a number, and what was changed of it. */
export function reportNumber(
  number: OwnedNumber,
  changes: readonly PointingChange[],
): NumberReport {
  const pointing = readPointing(number);
  const overrides = readOverrides(number);
  const { phoneNumber, sid, friendlyName } = number;
  const inPlace = readFlow(pointing.voice) === undefined ? readMode(pointing.voice) : 'flow';
  const answeredBy =
    overrides[0]?.kind ?? inPlace ?? (pointing.voice === undefined ? 'nothing' : 'other');
  return { phoneNumber, sid, friendlyName, answeredBy, ...pointing, overrides, changes };
}

/** The report in lines for a terminal. */
export function printReport(report: NumberReport, functionsUrl: string | undefined): string[] {
  const { voice, fallback, statusCallback, overrides } = report;
  const lines = [
    numberLine(report),
    line('answered by', explainAnswer(report)),
    line(FIELD_NAMES.voice, describeWebhook(voice) ?? '(none)'),
    line(FIELD_NAMES.fallback, describeWebhook(fallback) ?? '(none)'),
    line(FIELD_NAMES.statusCallback, describeWebhook(statusCallback) ?? '(none)'),
    ...overrides.map(({ kind, sid }) =>
      line(FIELD_NAMES[kind], `${sid}: wins over the voice address`),
    ),
  ];
  const mode = readMode(voice);
  if (mode !== undefined && functionsUrl !== undefined && !voice?.url.startsWith(functionsUrl)) {
    lines.push(
      line(
        'note',
        `the Functions are at ${functionsUrl} now: npm run number -- ${mode} ${report.phoneNumber} corrects it`,
      ),
    );
  }
  return lines;
}

/** The head of what is printed. */
export function numberLine({ phoneNumber, friendlyName, sid }: OwnedNumber | NumberReport): string {
  const name = friendlyName === phoneNumber ? '' : ` ${friendlyName}`;
  return line('number', `${phoneNumber}${name} (${sid})`);
}

/** An override in words. */
export function explainOverride({ kind, sid }: Override): string {
  return `the ${FIELD_NAMES[kind]} ${sid}`;
}

function explainAnswer({ answeredBy, voice, overrides: [override] }: NumberReport): string {
  switch (answeredBy) {
    case 'stream':
      return 'stream mode: the agent';
    case 'test':
      return 'test mode: the test message';
    case 'flow':
      return `the Studio flow ${readFlow(voice) ?? ''}, not this product`;
    case 'trunk':
    case 'application':
      return `${override === undefined ? '' : explainOverride(override)}, not this product`;
    case 'other':
      return 'something else than this product';
    case 'nothing':
      return 'nothing: the number has no voice address';
  }
}
