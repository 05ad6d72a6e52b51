/** What an answer is when it is no XML: the three that are seen in place of TwiML. */
export type BodyKind = 'page' | 'json' | 'text';

const PAGE = /^\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html)\b/i;

/** Names what a body is in place of TwiML, or gives undefined where it begins as XML does. */
export function kindOfBody(body: string): BodyKind | undefined {
  const text = body.replace(/^\uFEFF/, '').trim();
  if (PAGE.test(text)) return 'page';
  if (/^[{[]/.test(text) || /^"(?:[^"\\]|\\.)*"$/.test(text)) return 'json';
  return text === '' || text.includes('<') ? undefined : 'text';
}
