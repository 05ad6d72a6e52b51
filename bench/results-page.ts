import type { Report } from './report';
import { describeRow, describeSurroundings, HEADINGS } from './table';

/** The page bench/RESULTS.md: the table, with the machine and the doubts beside it. */
export function writeResultsPage(report: Report): string {
  const { head, faults } = describeSurroundings(report);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const list = [...report.notes.map((note) => `${note}.`), ...faults];
  return `# Results

Written by \`npm run bench -- --write\` on ${report.at.slice(0, 10)}; [README.md](README.md) says what is measured and how. Compare the rows, not machines.

${head}

${line(HEADINGS)}
${line(HEADINGS.map(() => '---'))}
${report.rows.map((row) => line(describeRow(row))).join('\n')}
${list.length === 0 ? '' : `\n${list.map((entry) => `- ${entry}`).join('\n')}\n`}`;
}
