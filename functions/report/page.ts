import type { DiagnosticsPage } from '../../protocol/diagnostics/page';
import type { FunctionsReport } from './report';

/** The report as a page. */
export function describeReport(report: FunctionsReport): DiagnosticsPage {
  const { checks, versions, config, values, bridge } = report;
  return {
    heading: 'Functions diagnostics',
    about:
      'How the Functions stand, and whether the bridge accepts them. Everybody may see this page.',
    whenWell: 'All well',
    checks,
    tables: [
      {
        heading: 'One signed request to the bridge',
        rows: Object.entries(bridge).map(([name, value]) => [name, String(value)]),
      },
      {
        heading: 'Variables',
        rows: Object.entries(config).map(([name, state]) => {
          const value = values[name];
          return [name, value === undefined ? state : describe(state, value)];
        }),
      },
      { heading: 'Versions', rows: Object.entries(versions) },
    ],
    notes: [
      'What a call needs beyond this: npm run doctor. The bridge has a page of its own at its /diagnostics.',
    ],
    madeAt: new Date(),
  };
}

function describe(state: string, value: string): string {
  return state === 'set' ? `set: ${value}` : `not set, so it is ${value}`;
}
