import { MAX_REQUEST_AGE_S } from '../../protocol/request-signature';
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
