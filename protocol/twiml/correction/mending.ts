import { escapeAmpersands } from '../ampersand';
import { kindOfBody } from '../body-kind';
import { ELEMENT_NAMES, inRightCase } from '../schema';

/** A document after one repair of its text. Its lines are those of the original. */
export type Mending = (xml: string) => string;

/** A tag, and in it a value between typographic quotes, as word processors and blogs make them. */
const TAG = /<[^<>!?][^<>]*>/g;
const TYPOGRAPHIC = /=\s*[“”„″]([^“”„″"<>]*)[“”„″]/g;

const FIRST_ELEMENT = /^\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--[^]*?-->\s*)*<([\w:.-]+)/;

/**
 * The repairs that let the rest of a document be read, in their order: each is made only where the
 * document cannot be obeyed without it.
 */
export const MENDINGS: readonly Mending[] = [mendStart, mendCharacters, mendRoot];

/** Nothing before the declaration; the line breaks that stood there go behind it. */
function mendStart(xml: string): string {
  const [, blank = '', declaration = '', rest = ''] =
    /^([\s\uFEFF]*)(<\?xml[^>]*\?>)?([^]*)$/.exec(xml) ?? [];
  return declaration + blank.replace(/[^\n]/g, '') + rest;
}

/** Escapes what stands for itself, and makes typographic quotes plain where a tag needs them. */
function mendCharacters(xml: string): string {
  return escapeAmpersands(xml.replace(TAG, (tag) => tag.replace(TYPOGRAPHIC, '="$1"')));
}

/** Puts verbs that stand alone into `<Response>`, and writes that name in its own letters. */
function mendRoot(xml: string): string {
  const first = FIRST_ELEMENT.exec(xml)?.[1];
  if (first === undefined || kindOfBody(xml) !== undefined) return xml;
  if (first.toLowerCase() === 'response') return xml.replace(/<(\/?)response\b/gi, '<$1Response');
  if (inRightCase(first, ELEMENT_NAMES) === undefined) return xml;
  const declaration = /^\s*<\?xml[^>]*\?>/.exec(xml)?.[0] ?? '';
  return `${declaration}<Response>${xml.slice(declaration.length)}</Response>`;
}
