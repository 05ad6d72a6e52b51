import { createHash, randomBytes } from 'node:crypto';
import { validateHeaderName, validateHeaderValue } from 'node:http';

/** What came of it. */
export type HandshakeResult =
  | { readonly opened: true; /** What came behind the answer. */ readonly rest: Buffer }
  /** Another status than 101, and the beginning of what the answer says. */
  | { readonly opened: false; readonly status: number; readonly body: string };

/** From RFC 6455 section 1.3. */
const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})(?: |$)/;
const SWITCHING_PROTOCOLS = 101;
const MOST_HEAD_BYTES = 16_384;
/** What is longer tells no more. */
const MOST_BODY_BYTES = 4_096;
const END_OF_HEAD = '\r\n\r\n';

interface Head {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
}

/**
 * The opening handshake of a WebSocket, from the client's side: what is asked, and what the answer
 * means. It is read here and not by Node's client since a connection that Node has read from as HTTP
 * gives each piece in memory of its own from then on.
 * Sources: https://www.rfc-editor.org/rfc/rfc6455#section-4.1, https://www.rfc-editor.org/rfc/rfc9112
 */
export class Handshake {
  /** What is to be sent. */
  readonly request: string;
  readonly #accepted: string;
  #bytes: Buffer = Buffer.alloc(0);
  #refusal: { readonly head: Head; readonly bodyFrom: number } | undefined;

  /** @throws TypeError where a header has what none may have. */
  constructor({ host, pathname, search }: URL, headers: Readonly<Record<string, string>>) {
    const key = randomBytes(16).toString('base64');
    this.#accepted = createHash('sha1')
      .update(key + MAGIC)
      .digest('base64');
    const lines = Object.entries({
      Host: host,
      ...headers,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': key,
    }).map(([name, value]) => {
      validateHeaderName(name);
      validateHeaderValue(name, value);
      return `${name}: ${value}\r\n`;
    });
    this.request = `GET ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n`;
  }

  /**
   * Takes a piece of the answer.
   * @returns undefined where more of it is needed.
   * @throws Error where it is no answer to this.
   */
  take(piece: Uint8Array): HandshakeResult | undefined {
    this.#bytes = Buffer.concat([this.#bytes, piece]);
    while (this.#refusal === undefined) {
      const end = this.#bytes.indexOf(END_OF_HEAD);
      if (end < 0 ? this.#bytes.length > MOST_HEAD_BYTES : end > MOST_HEAD_BYTES)
        throw new Error('the head of the answer is too long');
      if (end < 0) return undefined;
      const head = readHead(this.#bytes.toString('latin1', 0, end));
      const rest = this.#bytes.subarray(end + END_OF_HEAD.length);
      if (head.status === SWITCHING_PROTOCOLS) {
        this.#check(head);
        return { opened: true, rest };
      }
      // Others below 200 say that the answer is still to come.
      if (head.status < 200) this.#bytes = rest;
      else this.#refusal = { head, bodyFrom: end + END_OF_HEAD.length };
    }
    const length = this.#refusal.head.headers.get('content-length');
    const wanted = Math.min(MOST_BODY_BYTES, Number(length ?? Infinity));
    return this.#bytes.length - this.#refusal.bodyFrom >= wanted ? this.end() : undefined;
  }

  /** The head of the answer says no; what else it says may still come. */
  get isRefused(): boolean {
    return this.#refusal !== undefined;
  }

  /** Nothing more comes. @returns the refusal, as far as it came; undefined where there was no answer. */
  end(): HandshakeResult | undefined {
    if (this.#refusal === undefined) return undefined;
    const { head, bodyFrom } = this.#refusal;
    const body = this.#bytes.toString('utf8', bodyFrom, bodyFrom + MOST_BODY_BYTES);
    return { opened: false, status: head.status, body };
  }

  #check({ headers }: Head): void {
    if (headers.get('upgrade')?.toLowerCase() !== 'websocket')
      throw new Error('the upgrade leads to no WebSocket');
    if (headers.get('sec-websocket-accept') !== this.#accepted)
      throw new Error('the answer to the handshake does not fit');
    if (headers.has('sec-websocket-extensions'))
      throw new Error('the server wants an extension that was not offered');
  }
}

function readHead(text: string): Head {
  const [first = '', ...lines] = text.split('\r\n');
  const status = STATUS_LINE.exec(first)?.[1];
  if (status === undefined) throw new Error('the answer is no HTTP');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon <= 0) throw new Error('the answer is no HTTP');
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { status: Number(status), headers };
}
