import { MAX_REQUEST_AGE_S } from '../../protocol/request-signature';
import { showValues } from '../report/shown-values';
import { type BuiltFunctions, buildFunctions } from './stage/built-functions';
import { BRIDGE_SECRET, type StandInBridge, startStandInBridge } from './stage/stand-in-bridge';
import { collectLog, startTwilioClient, type TwilioClient } from './stage/twilio-client';

let built: BuiltFunctions;
let bridge: StandInBridge;
let twilio: TwilioClient | undefined;

beforeAll(async () => {
  built = await buildFunctions();
});
afterAll(() => built.remove());
beforeEach(async () => {
  collectLog();
  bridge = await startStandInBridge();
  bridge.script.set('/diagnostics', { status: 200, body: { functions: 'accepted' } });
});
afterEach(async () => {
  await twilio?.close();
  await bridge.close();
  jest.restoreAllMocks();
});

async function diagnose(env: Record<string, string> = {}, query = '') {
  twilio = await startTwilioClient(built, { BRIDGE_URL: bridge.url, BRIDGE_SECRET, ...env });
  const response = await fetch(`${twilio.url}/diagnostics${query}`);
  expect(response.headers.get('content-type')).toContain('application/json');
  const text = await response.text();
  expect(text).not.toContain(BRIDGE_SECRET);
  return JSON.parse(text) as Record<string, unknown>; // checked by each test
}

test('it is public, and says versions, what is set, and that the bridge accepts us', async () => {
  const report = await diagnose({ FALLBACK_SAY: 'Hello' });
  expect(report).toMatchObject({
    versions: {
      package: expect.stringMatching(/^\d/) as unknown,
      node: process.version,
      runtimeHandler: '2.0.1',
      twilio: '6.2.0',
    },
    config: {
      BRIDGE_URL: 'set',
      BRIDGE_SECRET: 'set',
      FALLBACK_SAY: 'set',
      OPENING_SAY: 'not set',
    },
    faults: [],
  });
  expect(report.bridge).toEqual({ result: 'accepted', roundTripMs: expect.any(Number) as unknown });
});

test('another secret is refused', async () => {
  const report = await diagnose({ BRIDGE_SECRET: 'another' });
  expect(report.bridge).toMatchObject({ result: 'refused', code: 'request_signature_invalid' });
});

test('a wrong clock is called that', async () => {
  bridge.clockAheadS = MAX_REQUEST_AGE_S + 30;
  const report = await diagnose();
  expect(report.bridge).toMatchObject({ result: 'clock-skew', code: 'request_expired' });
  expect((report.bridge as { skewS: number }).skewS).toBeLessThan(-MAX_REQUEST_AGE_S);
});

test.each([
  [{ BRIDGE_URL: 'http://127.0.0.1:9' }, 'bridge_unreachable'],
  [{ BRIDGE_URL: '' }, 'bridge_url_missing'],
  [{ BRIDGE_URL: 'http://bridge.example.com' }, 'bridge_url_unsafe'],
])('with %p it is unreachable, and the reason is given', async (env, code) => {
  const report = await diagnose(env);
  expect(report.bridge).toMatchObject({ result: 'unreachable', code });
});

test('a page that is not the bridge’s is called that', async () => {
  bridge.script.set('/diagnostics', { status: 200, text: '<html>' });
  const report = await diagnose();
  expect(report.bridge).toMatchObject({ result: 'unreachable', code: 'bridge_answer_invalid' });
});

test('a fault in the fallback shows', async () => {
  const report = await diagnose({ FALLBACK_MODE: 'dial' });
  expect(report.faults).toMatchObject([{ variable: 'FALLBACK_NUMBER' }]);
});

test('nothing that a stranger sends is signed or passed on', async () => {
  await diagnose({}, '?path=/calls&body=x');
  expect(bridge.asked).toEqual([{ method: 'GET', path: '/diagnostics', body: undefined }]);
});

test('a browser gets a page, which shows no secret and no address of the bridge', async () => {
  twilio = await startTwilioClient(built, {
    BRIDGE_URL: bridge.url,
    BRIDGE_SECRET,
    FALLBACK_MODE: 'dial',
    FALLBACK_NUMBER: '+15550100177',
  });
  const accept = 'text/html,application/xhtml+xml,*/*;q=0.8';
  const response = await fetch(`${twilio.url}/diagnostics`, { headers: { accept } });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
  const html = await response.text();
  expect(html).toContain('✓ All well');
  for (const hidden of [BRIDGE_SECRET, '+15550100177', new URL(bridge.url).host])
    expect(html).not.toContain(hidden);
});

test('the page of Functions that are refused says first what to do', async () => {
  twilio = await startTwilioClient(built, { BRIDGE_URL: bridge.url, BRIDGE_SECRET: 'another' });
  const response = await fetch(`${twilio.url}/diagnostics`, { headers: { accept: 'text/html' } });
  const html = await response.text();
  const places = ['1 thing is wrong', 'refused (request_signature_invalid)', '<h2>'].map((text) =>
    html.indexOf(text),
  );
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places).not.toContain(-1);
});

test('the checks judge it: what is wrong, how fast the bridge is', async () => {
  const report = await diagnose({ FALLBACK_MODE: 'dial', FUNCTIONS_URL: 'functions.example.com' });
  expect(report).toMatchObject({
    status: 'fault',
    faults: [{ variable: 'FALLBACK_NUMBER' }, { variable: 'FUNCTIONS_URL' }],
  });
  const checks = report.checks as { name: string; state: string; found: string }[];
  expect(checks.map(({ name, state }) => [name, state])).toEqual([
    ['variables', 'fault'],
    ['variables', 'fault'],
    ['the bridge', 'holds'],
    ['round trip to the bridge', expect.any(String)],
    ['Node', 'holds'],
  ]);
});

test.each([
  ['https://phone.harbour-kitchen.com', 'https, p…e.h…n.com'],
  ['https://203.0.113.7', 'https, an IP address'],
  ['nonsense', 'not an address'],
])('of %s a stranger sees %s', (address, shown) => {
  expect(showValues({ BRIDGE_URL: address }).BRIDGE_URL).toBe(shown);
});
