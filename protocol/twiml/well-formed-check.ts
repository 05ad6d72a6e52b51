import { findBareAmpersand } from './ampersand';
import { type BodyKind, kindOfBody } from './body-kind';
import type { TwimlSyntaxError } from './document';
import { quote, type TwimlFinding } from './finding';

const IN_PLACE: Readonly<Record<BodyKind, readonly [string, string]>> = {
  page: [
    'the answer is a web page',
    'look at what the address answers in a browser: a login, a tunnel’s notice or an error page',
  ],
  json: [
    'the answer is JSON',
    'answer with TwiML; the JSON may say what went wrong, or this is the address of another API',
  ],
  text: [
    'the answer is plain text',
    'answer with TwiML; words that shall be said stand in <Response><Say>…</Say></Response>',
  ],
};

/** A body that cannot be read as XML (error 12100): what it is instead, or where it breaks. */
export function nameSyntaxError(body: string, { message, line }: TwimlSyntaxError): TwimlFinding {
  const kind = kindOfBody(body);
  if (kind !== undefined) {
    const [what, remedy] = IN_PLACE[kind];
    const start = body.replace(/\s+/g, ' ').trim();
    const id = `not-twiml-${kind}`;
    return {
      code: 12100,
      id,
      level: 'error',
      message: `${what}: ${quote(start)}`,
      remedy,
      line: 1,
    };
  }
  // The parser reads on to the next semicolon, and then complains of what it finds there.
  const bare = findBareAmpersand(body);
  const isBare = bare !== undefined && bare.line <= line;
  const what = isBare ? `a bare & at ${quote(bare.rest.split('\n')[0] ?? '')}` : message;
  return {
    code: 12100,
    id: 'not-well-formed',
    level: 'error',
    message: `the document is not well-formed XML: ${what}`,
    remedy: /<Response\b/i.test(body)
      ? 'close every tag, write & as &amp; and < as &lt;, or let a TwiML library write it'
      : 'put everything into one <Response>, close every tag, and write & as &amp; and < as &lt;',
    line: isBare ? bare.line : line,
  };
}
