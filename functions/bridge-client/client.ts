import { isNodeName, NODE_HEADER } from '../../protocol/bridge-node';
import { CodedError } from '../../protocol/errors';
import { signRequest } from '../../protocol/request-signature';
import type { BridgeAddress } from '../settings/bridge-address';

/** A caller waits for the answer, so this is how long the bridge may take, in milliseconds. */
export const ANSWER_LIMIT_MS = 1500;

/** Nobody needs the answer to an event. */
export const EVENT_LIMIT_MS = 1000;

/** The bridge answers in a few hundred bytes; a proxy's page may be larger. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** A request to the bridge; the path is made by us and holds nothing that a stranger chose freely. */
export interface BridgeRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
  readonly limitMs: number;
  /** The node that the call is with, where there are several. */
  readonly node?: string | undefined;
}

/** What came back; `body` is undefined if it was no JSON. */
export interface BridgeAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Unix time in milliseconds by the bridge's clock, if it says. */
  readonly dateMs: number | undefined;
  /** The node that gave it or, with `node_other`, has the call. */
  readonly node: string | undefined;
}

/**
 * Asks the bridge, signed, once, and within the limit.
 * @throws CodedError `bridge_unreachable`, `bridge_timeout` or `bridge_answer_invalid`.
 */
export async function askBridge(
  bridge: BridgeAddress,
  { method, path, body, limitMs, node }: BridgeRequest,
): Promise<BridgeAnswer> {
  const target = new URL(bridge.url + path);
  const text = body === undefined ? '' : JSON.stringify(body);
  const signed = { method, path: target.pathname + target.search, body: text };
  const signal = AbortSignal.timeout(limitMs);
  try {
    const response = await fetch(target, {
      method,
      headers: {
        authorization: signRequest(bridge.secret, signed, Date.now() / 1000),
        // A Function sleeps between requests; a kept connection would be dead when it wakes.
        connection: 'close',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(node === undefined ? {} : { [NODE_HEADER]: node }),
      },
      ...(body === undefined ? {} : { body: text }),
      redirect: 'manual',
      signal,
    });
    const answeredBy = response.headers.get(NODE_HEADER);
    const date = Date.parse(response.headers.get('date') ?? '');
    return {
      status: response.status,
      body: parseJson(await readText(response)),
      dateMs: Number.isNaN(date) ? undefined : date,
      node: isNodeName(answeredBy) ? answeredBy : undefined,
    };
  } catch (error) {
    if (error instanceof CodedError) throw error;
    if (signal.aborted) {
      throw new CodedError('bridge_timeout', `the limit is ${limitMs} ms`, { cause: error });
    }
    throw new CodedError('bridge_unreachable', reasonOf(error), { cause: error });
  }
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  if (response.body === null) return '';
  // What `fetch` gives are bytes.
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) {
      throw new CodedError('bridge_answer_invalid', `over ${MAX_ANSWER_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `fetch` wraps the real reason, as in ECONNREFUSED. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const { code, message } = Object(cause) as { code?: unknown; message?: unknown }; // may be both or neither
  return String(code ?? message ?? cause);
}
