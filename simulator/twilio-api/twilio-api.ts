import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerNumbers, type PhoneNumber } from './numbers';
import { type AccountState, answerState, fillAccount } from './account-state';
import { answerPastCalls, type RecordedCall } from './past-calls';
import { type ApiAnswer, type ApiRequest, notFound, readParameters } from './request';
import { type BuildFault, Serverless } from './serverless';
import { tunnelTls } from './tunnelled-tls';

/** How the stand-in is started. */
export interface TwilioApiOptions {
  readonly accountSid?: string;
  readonly authToken?: string;
  readonly numbers?: readonly Partial<PhoneNumber>[];
  /** What is not given is in good order. */
  readonly account?: Partial<AccountState>;
  /** Calls that are over. */
  readonly pastCalls?: readonly RecordedCall[];
}

/** A stand-in of the REST and Serverless APIs, as far as this product uses them; all in memory. */
export interface TwilioApi {
  readonly accountSid: string;
  readonly authToken: string;
  /** For a process that shall speak with the stand-in instead of Twilio. */
  readonly environment: Readonly<Record<string, string>>;
  readonly requests: readonly ApiRequest[];
  readonly numbers: readonly PhoneNumber[];
  readonly serverless: Serverless;
  /** From the n-th request from now on, connections are cut; undefined heals it. */
  dropAfter(requests: number | undefined): void;
  /** Every request with the right credentials is answered with this from now on; undefined heals it. */
  refuse(answer: ApiAnswer | undefined): void;
  /** What becomes of builds from now on; undefined heals it. */
  setBuildFault(fault: BuildFault | undefined): void;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 8 * 1024 * 1024;
const MAX_REQUESTS = 10_000;

/**
 * Starts a stand-in of Twilio's APIs behind a proxy of its own.
 * Source: https://www.twilio.com/docs/serverless/api and https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
 */
export async function startTwilioApi(options: TwilioApiOptions = {}): Promise<TwilioApi> {
  const accountSid = options.accountSid ?? 'AC0123456789abcdef0123456789abcdef';
  const authToken = options.authToken ?? '0123456789abcdef0123456789abcdef';
  const requests: ApiRequest[] = [];
  const serverless = new Serverless(accountSid);
  const numbers = (options.numbers ?? []).map(fillNumber);
  const state = fillAccount(accountSid, options.account ?? {});
  let left = Infinity;
  let refusal: ApiAnswer | undefined;

  const decide = (request: ApiRequest): ApiAnswer => {
    const credentials = Buffer.from(`${accountSid}:${authToken}`).toString('base64');
    if (request.authorization !== `Basic ${credentials}`) {
      return { status: 401, body: { code: 20003, message: 'Authenticate', status: 401 } };
    }
    if (refusal !== undefined) return refusal;
    const ofState = answerState(request, accountSid, state);
    if (ofState !== undefined) return ofState;
    if (/^serverless(-upload)?\.twilio\.com$/.test(request.host)) return serverless.answer(request);
    const ofCalls = answerPastCalls(request, accountSid, options.pastCalls ?? []);
    if (request.host === 'api.twilio.com' && ofCalls !== undefined) return ofCalls;
    if (request.host === 'api.twilio.com') return answerNumbers(request, accountSid, numbers);
    return notFound();
  };

  const decideSafely = (request: ApiRequest): ApiAnswer => {
    try {
      return decide(request);
    } catch (error) {
      // What the stand-in cannot read is answered, so that nobody waits for it.
      return { status: 500, body: { code: 20500, message: String(error), status: 500 } };
    }
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    left -= 1;
    if (left < 0) {
      request.socket.destroy();
      return;
    }
    const read = await readRequest(request);
    if (requests.push(read) > MAX_REQUESTS) request.socket.destroy();
    const { status, body } = decideSafely(read);
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(body === undefined ? '' : JSON.stringify(body));
  };
  const tls = await tunnelTls((request, response) => {
    // A client that ends in the middle of a request is none of ours.
    answer(request, response).catch(() => request.socket.destroy());
  });
  return {
    accountSid,
    authToken,
    environment: {
      ...tls.environment,
      TWILIO_ACCOUNT_SID: accountSid,
      TWILIO_AUTH_TOKEN: authToken,
    },
    requests,
    numbers,
    serverless,
    dropAfter: (count) => {
      left = count ?? Infinity;
    },
    refuse: (answer) => {
      refusal = answer;
    },
    setBuildFault: (fault) => {
      serverless.buildFault = fault;
    },
    close: () => tls.close(),
  };
}

async function readRequest(request: IncomingMessage): Promise<ApiRequest> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length; // a request without encoding gives buffers
    if (bytes > MAX_BODY_BYTES) throw new RangeError('the body is too large');
    chunks.push(chunk as Buffer);
  }
  const body = Buffer.concat(chunks);
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  return {
    method: request.method ?? 'GET',
    host: request.headers.host ?? '',
    path,
    query: new URLSearchParams(query),
    authorization: request.headers.authorization ?? '',
    parameters: readParameters(body, request.headers['content-type'] ?? ''),
    body: body.toString('latin1'),
  };
}

function fillNumber(number: Partial<PhoneNumber>, index: number): PhoneNumber {
  return {
    sid: `PN${String(index).padStart(32, '0')}`,
    phone_number: '+15550100001',
    friendly_name: 'a number',
    voice_url: '',
    voice_method: 'POST',
    voice_fallback_url: '',
    voice_fallback_method: 'POST',
    status_callback: '',
    status_callback_method: 'POST',
    voice_application_sid: '',
    trunk_sid: null,
    voice_receive_mode: 'voice',
    bundle_sid: null,
    capabilities: { voice: true, sms: true, mms: false, fax: false },
    ...number,
  };
}
