import type { DiagnosticsPage } from '@realtime-phone/protocol/diagnostics/page';
import type { CodedError } from '@realtime-phone/protocol/errors';
import { checkRoom } from './checks';
import type { Counters } from './counters';
import type { Report, Summary } from './diagnostics';

const HEADING = 'Bridge diagnostics';

/** Names of the counters as a person reads them. */
const COUNTED: Readonly<Record<keyof Counters, string>> = {
  admitted: 'calls admitted',
  refused: 'requests, upgrades and admissions refused',
  ended: 'calls ended',
  failed: 'of these, by a fault',
  streamsArrived: 'streams arrived',
  streamsNotArrived: 'streams not arrived in time',
  modelErrors: 'errors of the model that a call survived',
  recordsLost: 'call records that could not be written',
};

/** The page that everybody may see. */
export function describeSummary(summary: Summary): DiagnosticsPage {
  return {
    heading: HEADING,
    about: 'What everybody may see of the bridge between Twilio and the model.',
    whenWell: 'The bridge is up and takes calls',
    checks: [checkRoom(summary)],
    tables: [
      {
        heading: 'The process',
        rows: [...listProcess(summary), ['bridge', summary.version], ['node', summary.node]],
      },
    ],
    notes: [
      'Operators see more: add ?operator to the address; any user, the password is ADMIN_TOKEN.',
    ],
    madeAt: new Date(),
  };
}

/** The page of the operators. */
export function describeReport(report: Report): DiagnosticsPage {
  return {
    heading: HEADING,
    about: 'What operators may see of the bridge. Secrets are not on this page.',
    whenWell: 'All well',
    checks: report.checks,
    tables: [
      {
        heading: 'Last errors and refusals',
        columns: ['When', 'Code', 'What was wrong', 'What to do', 'CallSid'],
        rows: report.lastErrors.map(({ at, times, code, message, remedy, callSid = '' }) => {
          const often = times === 1 ? '' : ` (${times} times)`;
          return [at, code + often, message, remedy, callSid];
        }),
        empty: 'None since the start.',
      },
      {
        heading: 'Since the start',
        rows: Object.entries(COUNTED).map(([name, words]) => [
          words,
          String(report.counters[name as keyof Counters]), // a key of this very record
        ]),
      },
      { heading: 'The process', rows: listProcess(report) },
      { heading: 'Versions', rows: Object.entries(report.versions) },
      {
        heading: 'Configuration',
        rows: Object.entries(report.config).map(([name, value]) => [name, String(value)]),
      },
    ],
    notes: ['One call: GET /calls/{CallSid}, or npm run doctor -- --call CA…'],
    madeAt: new Date(),
  };
}

/** The page for somebody who was not let in. */
export function describeRefusal({ code, message, fault }: CodedError): DiagnosticsPage {
  return {
    heading: HEADING,
    about: 'The view of the operators.',
    whenWell: '',
    checks: [{ name: code, state: 'fault', found: message, remedy: fault.remedy }],
    tables: [],
    notes: [
      'In a browser: any user, the password is ADMIN_TOKEN. Load the page again to be asked.',
    ],
    madeAt: new Date(),
  };
}

function listProcess(summary: Summary): string[][] {
  const { engine, uptimeS, calls, capacity } = summary;
  return [
    ['server engine', engine],
    ['up for', `${uptimeS} s`],
    ['calls', `${calls} of ${capacity}`],
  ];
}
