/** An `&` that begins no reference that XML knows by itself. */
const BARE = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-f]+);)/gi;

/** What stands in CDATA or a comment is as it is. */
const LITERAL = /(<!\[CDATA\[[^]*?\]\]>|<!--[^]*?-->)/;

/** Escapes every `&` that stands for itself. */
export function escapeAmpersands(xml: string): string {
  return xml
    .split(LITERAL)
    .map((part, at) => (at % 2 === 1 ? part : part.replace(BARE, '&amp;')))
    .join('');
}

/** The first `&` that stands for itself: its line, from 1, and the text from there on. */
export function findBareAmpersand(
  xml: string,
): { readonly line: number; readonly rest: string } | undefined {
  // Escaping changes nothing before the first one.
  const escaped = escapeAmpersands(xml);
  if (escaped === xml) return undefined;
  let at = 0;
  while (xml[at] === escaped[at]) at += 1;
  const start = xml.lastIndexOf('&', at);
  return { line: xml.slice(0, start).split('\n').length, rest: xml.slice(start) };
}
