import { type BuiltFunctions, buildFunctions } from './stage/built-functions';
import { BRIDGE_SECRET, type StandInBridge, startStandInBridge } from './stage/stand-in-bridge';
import {
  CALL_SID,
  collectLog,
  PATIENCE_MS,
  startTwilioClient,
  type TwilioClient,
} from './stage/twilio-client';

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
});
afterEach(async () => {
  await twilio.close();
  await bridge.close();
  jest.restoreAllMocks();
});

async function start(env: Record<string, string> = {}): Promise<TwilioClient> {
  twilio = await startTwilioClient(built, { BRIDGE_URL: bridge.url, BRIDGE_SECRET, ...env });
  return twilio;
}

test('say is the default, in the operator’s words, voice and language', async () => {
  const { post } = await start({
    FALLBACK_SAY: 'Wir rufen zurück',
    FALLBACK_LANGUAGE: 'de-DE',
    FALLBACK_VOICE: 'Polly.Vicki',
  });
  const { verbs } = await post('/fallback');
  expect(verbs).toMatchObject([
    {
      name: 'Say',
      text: 'Wir rufen zurück',
      attributes: { language: 'de-DE', voice: 'Polly.Vicki' },
    },
    { name: 'Hangup' },
  ]);
});

test('dial calls a person, and ends well if the person took it', async () => {
  const { post, url } = await start({ FALLBACK_MODE: 'dial', FALLBACK_NUMBER: '+15550100155' });
  expect((await post('/fallback')).verbs).toMatchObject([
    {
      name: 'Dial',
      text: '+15550100155',
      attributes: { action: `${url}/fallback?step=dialed` },
    },
  ]);
  const taken = await post('/fallback?step=dialed', { DialCallStatus: 'completed' });
  expect(taken.verbs.map(({ name }) => name)).toEqual(['Hangup']);
  const missed = await post('/fallback?step=dialed', { DialCallStatus: 'no-answer' });
  expect(missed.verbs.map(({ name }) => name)).toEqual(['Say', 'Hangup']);
});

test.each([
  ['FALLBACK_NUMBER', { FALLBACK_MODE: 'dial' }],
  ['FALLBACK_NUMBER', { FALLBACK_MODE: 'dial', FALLBACK_NUMBER: '555' }],
  ['FALLBACK_MODE', { FALLBACK_MODE: 'shout' }],
])('a bad %s is named in the log, and the caller hears words', async (variable, env) => {
  const { post } = await start(env);
  const { verbs } = await post('/fallback');
  expect(verbs.map(({ name }) => name)).toEqual(['Say', 'Hangup']);
  expect(lines).toContainEqual(expect.objectContaining({ msg: 'setting refused', variable }));
});

test('message records, and has words for the silent', async () => {
  const { post, url } = await start({ FALLBACK_MODE: 'message' });
  const { verbs } = await post('/fallback');
  expect(verbs.map(({ name }) => name)).toEqual(['Say', 'Record', 'Say', 'Hangup']);
  expect(verbs[1]?.attributes).toEqual({
    action: `${url}/fallback?step=recorded`,
    maxLength: '120',
    timeout: '5',
    finishOnKey: '#',
    playBeep: 'true',
  });
});

const RECORDED = {
  RecordingUrl: 'https://api.twilio.com/recordings/RE1',
  RecordingSid: 'RE1',
  RecordingDuration: '7',
};

test('a recorded message goes to the log and to the bridge', async () => {
  const { post } = await start({ FALLBACK_MODE: 'message' });
  const { verbs } = await post('/fallback?step=recorded', RECORDED);
  expect(verbs.map(({ name }) => name)).toEqual(['Say', 'Hangup']);
  expect(lines).toContainEqual(
    expect.objectContaining({ msg: 'message recorded', recordingUrl: RECORDED.RecordingUrl }),
  );
  expect(bridge.asked).toMatchObject([
    { path: `/calls/${CALL_SID}/events`, body: { source: 'fallback', parameters: RECORDED } },
  ]);
});

test.each(['down', 'silent'])(
  'a recorded message is not lost when the bridge is %s',
  async (how) => {
    bridge.script.set(`/calls/${CALL_SID}/events`, 'never');
    const { post } = await start({
      FALLBACK_MODE: 'message',
      ...(how === 'down' ? { BRIDGE_URL: 'http://127.0.0.1:9' } : {}),
    });
    const { verbs, tookMs } = await post('/fallback?step=recorded', RECORDED);
    expect(verbs.map(({ name }) => name)).toEqual(['Say', 'Hangup']);
    expect(tookMs).toBeLessThan(PATIENCE_MS);
    expect(lines).toContainEqual(
      expect.objectContaining({ msg: 'message recorded', recordingUrl: RECORDED.RecordingUrl }),
    );
  },
);

test('why Twilio fell back is explained in the log', async () => {
  const { post } = await start();
  await post('/fallback', { ErrorCode: '11200', ErrorUrl: 'https://f.example.com/stream-mode' });
  expect(lines).toContainEqual(
    expect.objectContaining({
      msg: 'twilio fell back',
      callSid: CALL_SID,
      errorUrl: 'https://f.example.com/stream-mode',
      twilioError: 'HTTP retrieval failure',
      url: 'https://www.twilio.com/docs/api/errors/11200',
    }),
  );
});
