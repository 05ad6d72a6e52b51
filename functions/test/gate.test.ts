import { signForTwilio } from '../../protocol/twilio-signature';
import { MAX_BODY_BYTES } from '../local/body';
import { startFunctions } from '../local/start';
import { type BuiltFunctions, buildFunctions } from './stage/built-functions';
import {
  AUTH_TOKEN,
  CALL_SID,
  collectLog,
  startTwilioClient,
  type TwilioClient,
} from './stage/twilio-client';

const FORM = 'application/x-www-form-urlencoded';

let built: BuiltFunctions;
let twilio: TwilioClient;

beforeAll(async () => {
  built = await buildFunctions();
  twilio = await startTwilioClient(built, {});
});
afterAll(async () => {
  await twilio.close();
  built.remove();
});
beforeEach(() => {
  collectLog();
});
afterEach(() => jest.restoreAllMocks());

async function ask(path: string, init: RequestInit) {
  const response = await fetch(twilio.url + path, init);
  const body = JSON.parse(await response.text()) as { code?: string };
  return [response.status, body.code];
}

const post = (body: string, headers: Record<string, string> = {}) => ({
  method: 'POST',
  body,
  headers: { 'content-type': FORM, ...headers },
});

const ROUTES = [
  '/stream-mode',
  '/test-mode',
  '/stream-ended',
  '/fallback',
  '/call-status',
  '/stream-status',
];

test.each(ROUTES)('%s takes no request that is not signed, or signed wrongly', async (path) => {
  const body = `CallSid=${CALL_SID}`;
  expect(await ask(path, post(body))).toEqual([400, 'twilio_signature_missing']);
  const others = [
    signForTwilio('another token', twilio.url + path, { CallSid: CALL_SID }),
    signForTwilio(AUTH_TOKEN, twilio.url + path, { CallSid: 'CA2' }),
    signForTwilio(AUTH_TOKEN, `${twilio.url}${path}?a=1`, { CallSid: CALL_SID }),
    signForTwilio(AUTH_TOKEN, `https://evil.example.com${path}`, { CallSid: CALL_SID }),
    'nonsense',
  ];
  for (const signature of others) {
    expect(await ask(path, post(body, { 'x-twilio-signature': signature }))).toEqual([
      400,
      'twilio_signature_invalid',
    ]);
  }
});

test('a GET is signed over the address alone', async () => {
  const path = `/test-mode?CallSid=${CALL_SID}`;
  const signature = signForTwilio(AUTH_TOKEN, twilio.url + path);
  const response = await fetch(twilio.url + path, { headers: { 'x-twilio-signature': signature } });
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/xml; charset=utf-8',
  ]);
});

test('both names of this machine are good', async () => {
  const url = twilio.url.replace('localhost', '127.0.0.1');
  const signature = signForTwilio(AUTH_TOKEN, `${url}/test-mode`, { CallSid: CALL_SID });
  const response = await fetch(
    `${url}/test-mode`,
    post(`CallSid=${CALL_SID}`, { 'x-twilio-signature': signature }),
  );
  expect(response.status).toBe(200);
});

test('a repeated parameter and one with blanks and plus signs are signed as Twilio does', async () => {
  const form = { CallSid: CALL_SID, Tag: ['b', 'a', 'b'], From: '+1 555' };
  const body = new URLSearchParams([
    ['CallSid', CALL_SID],
    ...form.Tag.map((tag): [string, string] => ['Tag', tag]),
    ['From', form.From],
  ]).toString();
  const signature = signForTwilio(AUTH_TOKEN, `${twilio.url}/test-mode`, form);
  const response = await fetch(
    `${twilio.url}/test-mode`,
    post(body, { 'x-twilio-signature': signature }),
  );
  expect(response.status).toBe(200);
});

test.each([
  ['JSON', '{"CallSid":"CA1"}', 'application/json'],
  ['a bare word', 'hello', FORM],
  ['a lone percent sign', 'CallSid=%zz', FORM],
  ['too many parameters', 'a=1&'.repeat(1001) + 'a=1', FORM],
])('%s is no form post', async (_, body, type) => {
  expect(
    await ask('/stream-mode', post(body, { 'content-type': type, 'x-twilio-signature': 'x' })),
  ).toEqual([400, 'body_not_form']);
});

test('a body over the limit is refused', async () => {
  const body = `a=${'x'.repeat(MAX_BODY_BYTES)}`;
  expect(await ask('/stream-mode', post(body))).toEqual([413, 'body_too_large']);
});

test('what is not there is 404, and other methods are 405', async () => {
  expect(await ask('/', {})).toEqual([404, 'route_unknown']);
  expect(await ask('/local/start', {})).toEqual([404, 'route_unknown']);
  expect(await ask('/../package.json', {})).toEqual([404, 'route_unknown']);
  expect(await ask('/stream-mode', { method: 'DELETE' })).toEqual([405, 'method_not_allowed']);
});

test('behind a tunnel the public address is what counts', async () => {
  const running = await startFunctions({
    baseDir: built.root,
    functionsFolder: built.functions,
    assetsFolder: '/nowhere',
    authToken: AUTH_TOKEN,
    env: {},
    functionsUrl: 'https://functions.example.com/',
  });
  const ask = (signedFor: string) =>
    fetch(
      `${running.url}/test-mode?a=1`,
      post(`CallSid=${CALL_SID}`, {
        'x-twilio-signature': signForTwilio(AUTH_TOKEN, signedFor, { CallSid: CALL_SID }),
      }),
    );
  expect((await ask('https://functions.example.com/test-mode?a=1')).status).toBe(200);
  expect((await ask(`${running.url}/test-mode?a=1`)).status).toBe(400);
  await running.close();
});
