import { CodedError } from '@realtime-phone/protocol/errors';
import type { AgentToolOf } from '../agent/tool-schema';
import { fail, succeed, type ToolResult } from './tool-call';

type HttpTool = AgentToolOf<'http'>;

const MAX_ANSWER_BYTES = 256 * 1024;
/** What the model is given of an answer: more would be slow and dear, and no help in speech. */
const MAX_OUTPUT_CHARACTERS = 16_000;
const MAX_REASON_CHARACTERS = 2_000;
const ACCEPT: [string, string] = ['accept', 'application/json'];

/**
 * Calls an HTTP tool. A GET or DELETE has its arguments in the query, the others as a JSON body.
 * @param signal aborts it: the call is over.
 * @param onFault hears why a tool failed, for the record; the model gets words that it can use.
 */
export async function callHttpTool(
  tool: HttpTool,
  input: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
  onFault: (fault: CodedError) => void,
): Promise<ToolResult> {
  const give = (
    code: 'tool_unreachable' | 'tool_failed',
    detail: string,
    words: string,
    reason?: unknown,
  ) => {
    onFault(new CodedError(code, `${tool.name}: ${detail}`));
    return fail(words, reason);
  };
  try {
    const { url, init } = describeRequest(tool, input);
    const response = await fetch(url, {
      ...init,
      // An answer that points elsewhere would take the headers, and with them the keys, there.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(tool.timeout_ms)]),
    });
    const body = await readBounded(response);
    if (body === undefined)
      return give(
        'tool_failed',
        `over ${MAX_ANSWER_BYTES} bytes`,
        'the answer was too long to use',
      );
    if (!response.ok)
      return give(
        'tool_failed',
        `HTTP ${response.status}`,
        'the system refused the request',
        whyNot(response.status, body),
      );
    if (body.trim() === '') return succeed({ ok: true });
    if (!isJson(body))
      return give('tool_failed', 'the answer is not JSON', 'the answer could not be understood');
    return succeed(body.slice(0, MAX_OUTPUT_CHARACTERS));
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError';
    const detail = late ? `no answer in ${tool.timeout_ms} ms` : describeFailure(error);
    return give('tool_unreachable', detail, 'the system does not answer at the moment');
  }
}

/** What a system says against a request, as `no table at half past seven`: worth a word to the caller. */
function whyNot(status: number, body: string): unknown {
  const isRefusal = status >= 400 && status < 500 && body.length <= MAX_REASON_CHARACTERS;
  return isRefusal && isJson(body) ? JSON.parse(body) : undefined;
}

function describeRequest(tool: HttpTool, input: Readonly<Record<string, unknown>>) {
  const url = new URL(tool.url);
  const { method } = tool;
  const own = Object.entries(tool.headers).map(([name, value]) => [name, value.reveal()] as const);
  if (method === 'GET' || method === 'DELETE') {
    for (const [name, value] of Object.entries(input))
      url.searchParams.set(name, typeof value === 'string' ? value : JSON.stringify(value));
    const headers = new Headers([ACCEPT]);
    for (const [name, value] of own) headers.set(name, value);
    return { url, init: { method, headers } };
  }
  const headers = new Headers([ACCEPT, ['content-type', 'application/json']]);
  for (const [name, value] of own) headers.set(name, value);
  return { url, init: { method, headers, body: JSON.stringify(input) } };
}

/** The body as text, or undefined where it is too long; nothing past the limit is read. */
async function readBounded(response: Response): Promise<string | undefined> {
  // The types of fetch say `any`; by its standard a body is bytes.
  const reader = response.body?.getReader() as ReadableStreamDefaultReader<Uint8Array> | undefined;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (let read = await reader?.read(); read?.value !== undefined; read = await reader?.read()) {
    bytes += read.value.byteLength;
    chunks.push(read.value);
    if (bytes <= MAX_ANSWER_BYTES) continue;
    // That too much came is known; how the connection ends says nothing more.
    void reader?.cancel().catch(() => undefined);
    return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function describeFailure(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string')
    return cause.code;
  return cause instanceof Error ? cause.message : String(cause);
}
