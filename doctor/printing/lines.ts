import type { Finding, Result, State } from '../check';

const SIGNS: Readonly<Record<State, string>> = {
  holds: 'ok     ',
  warning: 'warning',
  fault: 'FAULT  ',
  skipped: 'skipped',
  'not reached': '…      ',
};

const TITLE_WIDTH = 40;

/** A line a check, and below a fault or a warning what to do. */
export function linesOf({ title, state, found, findings }: Result): readonly string[] {
  const head = `${SIGNS[state]}  ${title.padEnd(TITLE_WIDTH)}  ${findings.length === 0 ? found : ''}`;
  return [head.trimEnd(), ...findings.flatMap(explain)];
}

/** The last lines: what is broken, or that nothing is. */
export function summaryOf(results: readonly Result[]): readonly string[] {
  const faults = results.flatMap(({ findings }) =>
    findings.filter(({ level }) => level === 'fault'),
  );
  if (faults.length === 0) return ['', 'Every link holds.'];
  const word = faults.length === 1 ? 'The broken link:' : 'The broken links:';
  return ['', word, ...faults.map(({ found, remedy }) => `  ${found}. To do: ${remedy}.`)];
}

function explain({ found, why, remedy, twilioCode }: Finding): string[] {
  const code = twilioCode === undefined ? '' : ` (${twilioCode})`;
  return [
    `         found   ${found}${code}`,
    `         why     ${why}`,
    `         to do   ${remedy}`,
  ];
}
