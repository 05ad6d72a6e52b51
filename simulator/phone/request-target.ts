/** What no request target may carry as it is (RFC 3986 section 2): blanks, quotes, what is not ASCII. */
const UNFIT = /[^\x21\x23-\x3b\x3d\x3f-\x7e]/gu;

/** An address in the two parts that a request sends apart. Together they are what is signed. */
export interface Target {
  /** Scheme and authority, as written. */
  readonly prefix: string;
  /** Path and query as they go over the wire. */
  readonly path: string;
}

/**
 * An address as Twilio asks for it: letter for letter as it was written, without its fragment, and
 * escaped only where it could not be sent. Twilio's library says that `'` is signed as it is, which
 * `new URL()` would escape. What is signed is what is sent, so that a server can check it.
 * @param query added to the query that is there.
 */
export function targetOf(url: string, query: Readonly<Record<string, string>> = {}): Target {
  const [prefix = ''] = /^[^:/?#]+:\/*[^/?#]*/.exec(url) ?? [];
  const written = url.slice(prefix.length).replace(/#.*$/s, '').replace(UNFIT, escape);
  const path = written.startsWith('/') ? written : `/${written}`;
  const added = new URLSearchParams(query).toString();
  if (added === '') return { prefix, path };
  const between = path.includes('?') ? (/[?&]$/.test(path) ? '' : '&') : '?';
  return { prefix, path: path + between + added };
}

function escape(letter: string): string {
  return Buffer.from(letter).toString('hex').toUpperCase().replace(/../g, '%$&');
}
