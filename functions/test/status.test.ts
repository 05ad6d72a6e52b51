import { type BuiltFunctions, buildFunctions } from './stage/built-functions';
import { BRIDGE_SECRET, type StandInBridge, startStandInBridge } from './stage/stand-in-bridge';
import {
  CALL_SID,
  collectLog,
  PATIENCE_MS,
  startTwilioClient,
  type TwilioClient,
} from './stage/twilio-client';

const EVENTS = `/calls/${CALL_SID}/events`;

let built: BuiltFunctions;
let bridge: StandInBridge;
let twilio: TwilioClient;
let lines: Record<string, unknown>[];

beforeAll(async () => {
  built = await buildFunctions();
});
afterAll(() => built.remove());
beforeEach(async () => {
  lines = collectLog();
  bridge = await startStandInBridge();
  twilio = await startTwilioClient(built, { BRIDGE_URL: bridge.url, BRIDGE_SECRET });
});
afterEach(async () => {
  await twilio.close();
  await bridge.close();
  jest.restoreAllMocks();
});

test('a call status goes to the bridge as it came', async () => {
  const parameters = { CallStatus: 'completed', SequenceNumber: '3', CallDuration: '12' };
  const { status, body } = await twilio.post('/call-status', {
    ...parameters,
    CallToken: 'secret',
  });
  expect([status, body]).toEqual([204, '']);
  expect(bridge.asked).toEqual([
    {
      method: 'POST',
      path: EVENTS,
      body: {
        source: 'call-status',
        parameters: {
          CallSid: CALL_SID,
          From: '+15550100100',
          To: '+15550100199',
          ...parameters,
        },
      },
    },
  ]);
  expect(lines).toContainEqual(
    expect.objectContaining({ msg: 'call status', callSid: CALL_SID, status: 'completed' }),
  );
});

test('a stream error is explained in words', async () => {
  await twilio.post('/stream-status', {
    StreamSid: 'MZ1',
    StreamEvent: 'stream-error',
    StreamError: 'Stream - Handshake Error (31920): 403',
  });
  expect(bridge.asked[0]?.body).toMatchObject({ source: 'stream-status' });
  expect(lines).toContainEqual(
    expect.objectContaining({
      msg: 'stream status',
      event: 'stream-error',
      twilioCode: 31920,
      twilioError: 'Stream: handshake error',
    }),
  );
});

test('a stream error in words that have no code keeps them, with what to do', async () => {
  await twilio.post('/stream-status', { StreamEvent: 'stream-error', StreamError: 'odd words' });
  expect(lines).toContainEqual(
    expect.objectContaining({
      msg: 'stream status',
      streamError: 'odd words',
      code: 'twilio_stream_error',
      remedy: expect.stringContaining('npm run doctor') as unknown,
    }),
  );
});

test('a call status with an error code has its cause and remedy in the log', async () => {
  await twilio.post('/call-status', { CallStatus: 'completed', ErrorCode: '12100' });
  expect(lines).toContainEqual(
    expect.objectContaining({
      msg: 'call status',
      twilioCode: 12100,
      cause: expect.any(String) as unknown,
      remedy: expect.any(String) as unknown,
    }),
  );
});

test.each(['/call-status', '/stream-status'])(
  '%s is answered when the bridge does not answer, and the log says so',
  async (path) => {
    bridge.script.set(EVENTS, 'never');
    const { status, body, tookMs } = await twilio.post(path, { CallStatus: 'ringing' });
    expect([status, body]).toEqual([204, '']);
    expect(tookMs).toBeLessThan(PATIENCE_MS);
    expect(lines).toContainEqual(
      expect.objectContaining({ msg: 'event not passed on', code: 'bridge_timeout' }),
    );
  },
);

test('an event that the bridge refuses is logged with its reason', async () => {
  bridge.script.set(EVENTS, { status: 404, body: { code: 'call_unknown', message: 'none' } });
  expect((await twilio.post('/call-status')).status).toBe(204);
  expect(lines).toContainEqual(
    expect.objectContaining({ msg: 'event not passed on', code: 'bridge_refused' }),
  );
});
