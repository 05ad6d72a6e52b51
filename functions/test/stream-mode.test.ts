import { type BuiltFunctions, buildFunctions } from './stage/built-functions';
import { BRIDGE_SECRET, type StandInBridge, startStandInBridge } from './stage/stand-in-bridge';
import {
  CALL_SID,
  collectLog,
  PATIENCE_MS,
  startTwilioClient,
  type TwilioClient,
} from './stage/twilio-client';

const STREAM_URL = `wss://bridge.example.com/media-stream/${CALL_SID}`;
const GRANT = { streamUrl: STREAM_URL, token: 'v1.a&b', expiresAt: '2026-11-23T22:00:00.000Z' };

let built: BuiltFunctions;
let bridge: StandInBridge;
let twilio: TwilioClient | undefined;
let lines: Record<string, unknown>[];

beforeAll(async () => {
  built = await buildFunctions();
});
afterAll(() => built.remove());
beforeEach(async () => {
  lines = collectLog();
  bridge = await startStandInBridge();
});
afterEach(async () => {
  await twilio?.close();
  await bridge.close();
  jest.restoreAllMocks();
});

async function start(env: Record<string, string> = {}): Promise<TwilioClient> {
  twilio = await startTwilioClient(built, { BRIDGE_URL: bridge.url, BRIDGE_SECRET, ...env });
  return twilio;
}

test('an admitted call is connected, all addresses absolute, and nothing that Twilio drops', async () => {
  bridge.script.set('/calls', { status: 201, body: GRANT });
  const { url, post } = await start();
  const { status, contentType, verbs, body } = await post('/stream-mode', {
    Direction: 'inbound',
    CallStatus: 'ringing',
  });
  expect([status, contentType]).toEqual([200, 'text/xml; charset=utf-8']);
  expect(verbs).toMatchObject([
    {
      name: 'Connect',
      attributes: { action: `${url}/stream-ended` },
      children: [
        {
          name: 'Stream',
          attributes: { url: STREAM_URL, statusCallback: `${url}/stream-status` },
          children: [{ name: 'Parameter', attributes: { name: 'token', value: 'v1.a&b' } }],
        },
      ],
    },
  ]);
  expect(body).not.toContain('track');
  expect(bridge.asked).toEqual([
    {
      method: 'POST',
      path: '/calls',
      body: { callSid: CALL_SID, from: '+15550100100', to: '+15550100199', direction: 'inbound' },
    },
  ]);
  expect(lines).toContainEqual(
    expect.objectContaining({ msg: 'twiml generated', callSid: CALL_SID, kind: 'stream' }),
  );
});

test('agent and call id of the address go to the bridge', async () => {
  bridge.script.set('/calls', { status: 201, body: GRANT });
  const { post } = await start();
  await post('/stream-mode?agent=concierge&call_id=7', { Direction: 'outbound-api' });
  expect(bridge.asked[0]?.body).toMatchObject({
    agent: 'concierge',
    callId: '7',
    direction: 'outbound-api',
  });
});

test('opening words are said first, escaped', async () => {
  bridge.script.set('/calls', { status: 201, body: GRANT });
  const { post } = await start({ OPENING_SAY: 'Salt & <Pepper> \u0007here' });
  const { verbs } = await post('/stream-mode');
  expect(verbs.map(({ name }) => name)).toEqual(['Say', 'Connect']);
  expect(verbs[0]?.text).toBe('Salt & <Pepper> here');
});

test('FUNCTIONS_URL is the base of every address', async () => {
  bridge.script.set('/calls', { status: 201, body: GRANT });
  const { post } = await start({ FUNCTIONS_URL: 'https://functions.example.com/' });
  const { verbs } = await post('/stream-mode');
  expect(verbs[0]?.attributes.action).toBe('https://functions.example.com/stream-ended');
});

test('test mode asks no bridge', async () => {
  const { post } = await start();
  const { verbs } = await post('/stream-mode?test_mode=true');
  expect(new Set(verbs.map(({ name }) => name))).toEqual(new Set(['Say', 'Hangup']));
  expect(bridge.asked).toEqual([]);
});

test.each([
  ['full', { status: 503, body: { code: 'bridge_full', message: 'no room' } }, 'bridge_refused'],
  ['silent', 'never', 'bridge_timeout'],
  ['a web page', { status: 200, text: '<html>tunnel</html>' }, 'bridge_answer_invalid'],
  ['a page too large', { status: 201, text: 'x'.repeat(100_000) }, 'bridge_answer_invalid'],
  ['without a stream', { status: 201, body: { token: 'a' } }, 'bridge_answer_invalid'],
  [
    'naming an address that Twilio does not take',
    { status: 201, body: { ...GRANT, streamUrl: `${STREAM_URL}?call_id=1` } },
    'bridge_answer_invalid',
  ],
  ['redirecting', { status: 302, text: '' }, 'bridge_answer_invalid'],
] as const)('a bridge that is %s leads to the fallback in time', async (_, scripted, code) => {
  bridge.script.set('/calls', scripted);
  const { post } = await start();
  const { verbs, tookMs, status, body } = await post('/stream-mode');
  expect(status).toBe(200);
  expect(body).toContain(`<!-- call not admitted: ${code}: `);
  expect(verbs.map(({ name }) => name)).toEqual(['Say', 'Hangup']);
  expect(tookMs).toBeLessThan(PATIENCE_MS);
  expect(lines).toContainEqual(
    expect.objectContaining({ msg: 'call not admitted', callSid: CALL_SID, code }),
  );
});

test.each([
  [{ BRIDGE_URL: 'http://127.0.0.1:9' }, 'bridge_unreachable'],
  [{ BRIDGE_URL: '' }, 'bridge_url_missing'],
  [{ BRIDGE_URL: 'bridge' }, 'bridge_url_unsafe'],
  [{ BRIDGE_URL: 'http://bridge.example.com' }, 'bridge_url_unsafe'],
  [{ BRIDGE_SECRET: '' }, 'bridge_secret_missing'],
  [{ BRIDGE_SECRET: 'another' }, 'bridge_refused'],
])('with %p the caller hears the fallback, and the log says %s', async (env, code) => {
  const { post } = await start(env);
  const { verbs } = await post('/stream-mode');
  expect(verbs.map(({ name }) => name)).toEqual(['Say', 'Hangup']);
  expect(lines).toContainEqual(expect.objectContaining({ msg: 'call not admitted', code }));
  expect(JSON.stringify(lines)).not.toContain(BRIDGE_SECRET);
});

test.each(['', 'CA1/../../x', 'a'.repeat(65)])(
  'a call without a sound CallSid (%p) is refused',
  async (CallSid) => {
    const { post } = await start();
    const { status, body } = await post('/stream-mode', { CallSid });
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ code: 'call_sid_missing' });
  },
);

test('what comes from outside is cut in the log and towards the bridge', async () => {
  const { post } = await start();
  await post('/stream-mode', { From: 'x'.repeat(50_000) });
  expect(JSON.stringify(bridge.asked).length).toBeLessThan(2000);
  for (const line of lines) expect(JSON.stringify(line).length).toBeLessThan(2000);
});

test.each<Record<string, string>>([
  { FALLBACK_SAY: `${'a'.repeat(4095)}\u{1F600}\u{1F600}` },
  { FALLBACK_SAY: 'Sorry\u0001 \ud800', FALLBACK_VOICE: 'alice\u0001' },
  { FUNCTIONS_URL: 'https://functions.example.com/\u0001', FALLBACK_MODE: 'message' },
])('a setting that XML cannot hold leaves no caller in silence: %#', async (env) => {
  const { post } = await start({ BRIDGE_URL: '', ...env });
  const { verbs } = await post('/stream-mode');
  expect(verbs[0]).toMatchObject({ name: 'Say' });
  expect(verbs.at(-1)).toMatchObject({ name: 'Hangup' });
});
