import { SaxesParser } from 'saxes';

/** One element of a TwiML document. */
export interface TwimlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly TwimlElement[];
  /** The text directly within, trimmed; that of children is theirs. */
  readonly text: string;
  /** Line of the opening tag, from 1. */
  readonly line: number;
}

/** The document is not well-formed XML. */
export class TwimlSyntaxError extends Error {
  /** Line, from 1. */
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.name = 'TwimlSyntaxError';
    this.line = line;
  }
}

/** No TwiML is nested deeper than this; the limit keeps a hostile document off the stack. */
const MAX_DEPTH = 32;

interface OpenElement {
  readonly name: string;
  attributes: Record<string, string>;
  readonly children: OpenElement[];
  text: string;
  readonly line: number;
}

/**
 * Reads a TwiML document as strictly as Twilio does: XML 1.0, nothing before the declaration.
 * @throws TwimlSyntaxError when it is not well-formed.
 */
export function parseTwiml(xml: string): TwimlElement {
  const parser = new SaxesParser();
  const open: OpenElement[] = [];
  let root: OpenElement | undefined;

  parser.on('error', ({ message }) => {
    throw new TwimlSyntaxError(message.replace(/^\d+:\d+: /, ''), parser.line);
  });
  parser.on('opentagstart', ({ name }) => {
    const element = { name, attributes: {}, children: [], text: '', line: parser.line };
    if (open.length >= MAX_DEPTH) {
      throw new TwimlSyntaxError(`nested deeper than ${MAX_DEPTH} elements`, parser.line);
    }
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('opentag', ({ attributes }) => {
    const element = open.at(-1);
    if (element) element.attributes = { ...attributes };
  });
  const addText = (text: string) => {
    const element = open.at(-1);
    if (element) element.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const element = open.pop();
    if (element) element.text = element.text.trim();
  });

  parser.write(xml).close();
  if (root === undefined) throw new TwimlSyntaxError('there is no element', parser.line);
  return root;
}
