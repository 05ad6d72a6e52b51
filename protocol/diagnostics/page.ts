import { type Health, judgeHealth, type SelfCheck } from './check';
import { STYLE } from './style';

/** A table of the page. Without `columns` it is names and values. */
export interface PageTable {
  readonly heading: string;
  readonly columns?: readonly string[];
  /** The first cell of a row is its name. */
  readonly rows: readonly (readonly string[])[];
  /** What is said where there is no row. */
  readonly empty?: string;
}

/** What the page says; all of it is text, and is escaped here. */
export interface DiagnosticsPage {
  /** Also the title of the window. */
  readonly heading: string;
  /** One sentence under it. */
  readonly about: string;
  /** The word at the top where all checks hold. */
  readonly whenWell: string;
  readonly checks: readonly SelfCheck[];
  readonly tables: readonly PageTable[];
  /** Last lines: where more is to be seen. */
  readonly notes: readonly string[];
  readonly madeAt: Date;
}

/** What a value may take on the page; the JSON has it whole. */
const MAX_CELL_CHARACTERS = 500;

const WORDS = { holds: '✓ holds', warning: '! warning', fault: '✗ fault' } as const;

/** Renders the page of `/diagnostics`: one document with nothing beside it and no script. */
export function renderDiagnostics(page: DiagnosticsPage): string {
  const { heading, about, whenWell, checks, tables, notes, madeAt } = page;
  const health = judgeHealth(checks);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${escape(`${wordOf(health, checks, whenWell)} – ${heading}`)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escape(heading)}</h1>
<p class="quiet">${escape(about)}</p>
</header>
<main>
${renderVerdict(health, checks, whenWell)}
${checks.length === 0 ? '' : renderChecks(checks)}
${tables.map(renderTable).join('\n')}
</main>
<footer>
${notes.map((note) => `<p>${escape(note)}</p>`).join('\n')}
<p>As of <time>${escape(madeAt.toISOString())}</time>.</p>
</footer>
</body>
</html>
`;
}

function wordOf(health: Health, checks: readonly SelfCheck[], whenWell: string): string {
  const faults = checks.filter(({ state }) => state === 'fault').length;
  if (health === 'fault') return faults === 1 ? '1 thing is wrong' : `${faults} things are wrong`;
  return health === 'warning' ? 'Works, with a warning' : whenWell;
}

/** What is wrong, faults first, and of each the remedy first: the reader came for that. */
function renderVerdict(health: Health, checks: readonly SelfCheck[], whenWell: string): string {
  const wrong = (['fault', 'warning'] as const).flatMap((state) =>
    checks.filter((check) => check.state === state),
  );
  const sign = { well: '✓', warning: '!', fault: '✗' }[health];
  const items = wrong.map(
    ({ name, state, found, remedy }) =>
      `<li class="${state}"><strong>${escape(remedy ?? 'See the log')}</strong><br><span class="state">${WORDS[state]}</span>, ${escape(name)}: ${escape(found)}</li>`,
  );
  return `<section class="verdict ${health}" aria-label="Status">
<p>${sign} ${escape(wordOf(health, checks, whenWell))}</p>
${items.length === 0 ? '' : `<ol>\n${items.join('\n')}\n</ol>`}
</section>`;
}

function renderChecks(checks: readonly SelfCheck[]): string {
  const rows = checks.map(
    ({ name, state, found }) =>
      `<tr class="${state}"><th scope="row">${escape(name)}</th><td class="state">${WORDS[state]}</td><td>${escape(found)}</td></tr>`,
  );
  return `<section>
<h2>Checks</h2>
<table class="wide checks">
<thead><tr><th scope="col">What</th><th scope="col">State</th><th scope="col">Found</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</section>`;
}

function renderTable({ heading, columns, rows, empty = 'None.' }: PageTable): string {
  const head = columns?.map((column) => `<th scope="col">${escape(column)}</th>`).join('') ?? '';
  const body = rows.map(([name = '', ...cells]) => {
    const rest = cells.map((cell, at) => renderCell(cell, columns?.[at + 1])).join('');
    // The name of a variable may break at its seams.
    const seamed = escape(name).replaceAll('_', '_<wbr>');
    return `<tr><th scope="row">${seamed}</th>${rest}</tr>`;
  });
  const table = `<table class="${columns === undefined ? 'pairs' : 'wide'}">
${head === '' ? '' : `<thead><tr>${head}</tr></thead>`}
<tbody>
${body.join('\n')}
</tbody>
</table>`;
  return `<section>
<h2>${escape(heading)}</h2>
${rows.length === 0 ? `<p>${escape(empty)}</p>` : table}
</section>`;
}

/** On a narrow screen the head of the table is not seen, and each cell names its column. */
function renderCell(cell: string, column: string | undefined): string {
  const label = column === undefined || cell === '' ? '' : ` data-label="${escape(column)}"`;
  return `<td${label}>${escape(cell)}</td>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML has it; what a terminal or a text direction could be steered with is left out. */
function escape(text: string): string {
  const short = text.length > MAX_CELL_CHARACTERS ? `${text.slice(0, MAX_CELL_CHARACTERS)}…` : text;
  return short
    .replace(/[\p{Cc}\p{Bidi_C}]/gu, ' ')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
