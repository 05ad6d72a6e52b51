/** One media range of an `Accept` header with its weight, 0 to 1. */
interface Range {
  readonly type: string;
  readonly weight: number;
}

/**
 * True if the client would rather have HTML than JSON, as a browser does. Programs that say nothing,
 * or any type, or that take both alike, get JSON.
 * Source: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
 */
export function prefersHtml(accept: string | undefined): boolean {
  const ranges = (accept ?? '').split(',').map(readRange);
  return weigh(ranges, 'text/html') > weigh(ranges, 'application/json');
}

function readRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const given = parameters.find((parameter) => /^q\s*=/.test(parameter));
  const weight = given === undefined ? 1 : Number(given.replace(/^q\s*=\s*/, ''));
  return { type, weight: weight >= 0 && weight <= 1 ? weight : 0 };
}

/** The most exact range decides: `text/html` before `text/*` before any type at all. */
function weigh(ranges: readonly Range[], type: string): number {
  for (const wanted of [type, `${type.split('/', 1)[0] ?? ''}/*`, '*/*']) {
    const found = ranges.filter((range) => range.type === wanted);
    if (found.length > 0) return Math.max(...found.map(({ weight }) => weight));
  }
  return 0;
}
