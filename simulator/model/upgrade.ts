import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { STATUS_CODES } from 'node:http';
import type { Opening } from './model-session';

/** Why an upgrade is refused: OpenAI's JSON error and its HTTP status. */
export interface UpgradeRefusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** The path of the Realtime API. */
export const REALTIME_PATH = '/v1/realtime';

/**
 * Looks at an upgrade to the Realtime API: path, key, model.
 * `apiKey` is the only key that is accepted; any where it is absent.
 */
export function readUpgrade(request: IncomingMessage, apiKey?: string): Opening | UpgradeRefusal {
  const url = urlOf(request);
  if (url?.pathname !== REALTIME_PATH) {
    return {
      status: 404,
      code: 'invalid_url',
      message: `Invalid URL (${request.method ?? 'GET'} ${request.url ?? ''})`,
    };
  }
  const key = keyOf(request);
  if (key === null) {
    const message =
      "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth.";
    return { status: 401, code: 'invalid_api_key', message };
  }
  if (apiKey !== undefined && key !== apiKey) {
    const message = `Incorrect API key provided: ${key.slice(0, 3)}***. You can find your API key at https://platform.openai.com/account/api-keys.`;
    return { status: 401, code: 'invalid_api_key', message };
  }
  const model = url.searchParams.get('model');
  if (model === null || model === '') {
    // Assumed: the status; that the model is required is documented.
    const message = "Missing required parameter: 'model'.";
    return { status: 400, code: 'missing_required_parameter', message };
  }
  return { model, headers: request.headers };
}

/** The refusal that a fault asks for. */
export function refusalOfStatus(status: number): UpgradeRefusal {
  const [code, message] =
    status === 401
      ? ['invalid_api_key', 'Incorrect API key provided.']
      : status === 429
        ? ['rate_limit_exceeded', 'Rate limit reached for requests.']
        : ['server_error', 'The server had an error while processing your request.'];
  return { status, code, message };
}

/** Answers an upgrade with a plain HTTP response and OpenAI's JSON error, and ends the connection. */
export function refuseUpgrade(socket: Duplex, refusal: UpgradeRefusal): void {
  const body = errorBody(refusal);
  const { status } = refusal;
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

/** OpenAI's JSON for an HTTP error. */
export function errorBody({ status, code, message }: UpgradeRefusal): string {
  const type = status >= 500 ? 'server_error' : 'invalid_request_error';
  return JSON.stringify({ error: { message, type, param: null, code } });
}

function keyOf(request: IncomingMessage): string | null {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return bearer;
  const azure = request.headers['api-key'];
  return typeof azure === 'string' && azure !== '' ? azure : null;
}

function urlOf(request: IncomingMessage): URL | null {
  try {
    return new URL(`http://model${request.url ?? '/'}`);
  } catch {
    return null;
  }
}
