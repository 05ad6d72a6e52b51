import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PhoneCall, PhoneOptions } from '../phone/phone-call';
import { readCallRequest } from './call-request';
import { PlacedCall } from './placed-call';
import { type ApiAnswer, readParameters } from './request';

/** How the stand-in of the Calls API is started. */
export interface CallsApiOptions {
  readonly accountSid: string;
  readonly authToken: string;
  /** Who takes the calls, and where public hosts really are. */
  readonly phone: Partial<PhoneOptions>;
  /** What answering machine detection finds out, and how long after the answer. */
  readonly answeredBy?: { readonly value: string; readonly afterMs: number };
  /** What becomes of a call that nobody takes. */
  readonly notTaken?: 'busy' | 'no-answer' | 'failed';
}

/** A stand-in of Twilio's Calls API: the simulated phone takes the calls that are placed through it. */
export interface CallsApi {
  /** For TWILIO_API_URL. */
  readonly url: string;
  /** The next call that is taken. */
  nextCall(): Promise<PhoneCall>;
  /** The next requests are refused with this, in order. */
  refuse(...answers: readonly ApiAnswer[]): void;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 65_536;

/**
 * Starts one on a free port of loopback.
 * Source: https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource
 */
export async function startCallsApi(options: CallsApiOptions): Promise<CallsApi> {
  const { accountSid, authToken } = options;
  const refusals: ApiAnswer[] = [];
  const waiting: ((call: PhoneCall) => void)[] = [];
  const calls: PlacedCall[] = [];
  const credentials = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;

  const answer = async (request: IncomingMessage): Promise<ApiAnswer> => {
    const form = readParameters(await readBody(request), request.headers['content-type'] ?? '');
    if (request.headers.authorization !== credentials) return refusal(401, 20003, 'Authenticate');
    const path = `/2010-04-01/Accounts/${accountSid}/Calls.json`;
    if (request.method !== 'POST' || request.url !== path)
      return refusal(404, 20404, 'The requested resource was not found');
    const refused = refusals.shift();
    if (refused !== undefined) return refused;
    const wanted = readCallRequest(form);
    if ('code' in wanted) return refusal(400, wanted.code, wanted.message);
    const call = new PlacedCall(wanted, options, (phone) => waiting.shift()?.(phone));
    calls.push(call);
    return { status: 201, body: { sid: call.callSid, status: 'queued', to: wanted.to } };
  };

  const server = createServer((request, response) => {
    answer(request).then(
      ({ status, body }) =>
        response
          .writeHead(status, { 'content-type': 'application/json' })
          .end(JSON.stringify(body)),
      () => request.socket.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    url: `http://127.0.0.1:${port}`,
    nextCall: () => new Promise((resolve) => waiting.push(resolve)),
    refuse: (...answers) => void refusals.push(...answers),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all(calls.map((call) => call.end()));
    },
  };
}

function refusal(status: number, code: number, message: string): ApiAnswer {
  const more_info = `https://www.twilio.com/docs/errors/${code}`;
  return { status, body: { code, message, more_info, status } };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length; // a request without encoding gives buffers
    if (bytes > MAX_BODY_BYTES) throw new RangeError('the body is too large');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
