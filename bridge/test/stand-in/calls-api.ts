import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What Twilio's Calls API was asked, as it came. */
export interface AskedCall {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly form: URLSearchParams;
}

/** What it answers; by default it takes the call. */
export interface CallsApiAnswer {
  readonly status: number;
  readonly body: object | string;
  readonly headers?: Record<string, string>;
}

/** Twilio's Calls API, in the hands of a test. */
export interface StandInCallsApi {
  readonly url: string;
  readonly asked: AskedCall[];
  /** The next answers, in order; then calls are taken again. */
  readonly answers: CallsApiAnswer[];
  /** What happens between the asking and the answer. */
  beforeAnswer: (asked: AskedCall) => Promise<void>;
  /** What a bridge needs to place calls through it. */
  readonly environment: Readonly<Record<string, string>>;
  close(): void;
}

export const CALL_SID = 'CA0123456789abcdef0123456789abcdef';
export const ACCOUNT_SID = 'AC0123456789abcdef0123456789abcdef';

/** Starts one on a free port of loopback. */
export async function startCallsApi(): Promise<StandInCallsApi> {
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const asked = {
        path: request.url ?? '',
        authorization: request.headers.authorization,
        form: new URLSearchParams(Buffer.concat(chunks).toString()),
      };
      api.asked.push(asked);
      await api.beforeAnswer(asked);
      const { status, body, headers } = api.answers.shift() ?? {
        status: 201,
        body: { sid: CALL_SID, status: 'queued' },
      };
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const api: StandInCallsApi = {
    url,
    asked: [],
    answers: [],
    beforeAnswer: () => Promise.resolve(),
    environment: {
      TWILIO_API_URL: url,
      TWILIO_ACCOUNT_SID: ACCOUNT_SID,
      TWILIO_PHONE_NUMBER: '+15550100199',
      FUNCTIONS_URL: 'https://functions.example.com/',
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return api;
}
