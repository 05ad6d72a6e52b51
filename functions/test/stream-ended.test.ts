import type { NextStep } from '../../protocol/next';
import { MAX_TRIES } from '../request/return';
import { type BuiltFunctions, buildFunctions } from './stage/built-functions';
import {
  BRIDGE_SECRET,
  type Scripted,
  type StandInBridge,
  startStandInBridge,
} from './stage/stand-in-bridge';
import {
  CALL_SID,
  collectLog,
  PATIENCE_MS,
  startTwilioClient,
  type TwilioClient,
} from './stage/twilio-client';

const NEXT = `/calls/${CALL_SID}/next`;

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

const names = (verbs: readonly { name: string }[]) => verbs.map(({ name }) => name);

async function next(step: NextStep, path = '/stream-ended', parameters = {}) {
  bridge.script.set(NEXT, { status: 200, body: step });
  return twilio.post(path, { CallStatus: 'in-progress', ...parameters });
}

test('hangup says the last words and hangs up', async () => {
  const { verbs } = await next({ action: 'hangup', say: 'Goodbye' });
  expect(verbs).toMatchObject([{ name: 'Say', text: 'Goodbye' }, { name: 'Hangup' }]);
  expect(names((await next({ action: 'hangup' })).verbs)).toEqual(['Hangup']);
  expect(bridge.asked[0]?.body).toEqual({ reason: 'stream-ended', try: 0 });
});

test('fallback says the bridge’s words instead of ours', async () => {
  const { verbs } = await next({ action: 'fallback', say: 'The model is out' });
  expect(verbs).toMatchObject([{ name: 'Say', text: 'The model is out' }, { name: 'Hangup' }]);
});

test('resume connects again', async () => {
  const streamUrl = `wss://bridge.example.com/media-stream/${CALL_SID}`;
  const { verbs } = await next({ action: 'resume', streamUrl, token: 't2' });
  expect(verbs[0]?.children[0]).toMatchObject({
    attributes: { url: streamUrl },
    children: [{ attributes: { name: 'token', value: 't2' } }],
  });
});

test('dial hands over and comes back', async () => {
  const { verbs } = await next({
    action: 'dial',
    number: '+15550100155',
    callerId: '+15550100199',
    timeoutS: 20,
    say: 'One moment',
  });
  expect(verbs).toMatchObject([
    { name: 'Say' },
    {
      name: 'Dial',
      text: '+15550100155',
      attributes: {
        action: `${twilio.url}/stream-ended`,
        callerId: '+15550100199',
        timeout: '20',
      },
    },
  ]);
  await twilio.post('/stream-ended', { CallStatus: 'in-progress', DialCallStatus: 'no-answer' });
  expect(bridge.asked.at(-1)?.body).toEqual({
    reason: 'dial-ended',
    try: 0,
    dialCallStatus: 'no-answer',
  });
});

test('a caller id that Twilio would refuse is left out', async () => {
  const { verbs } = await next({ action: 'dial', number: '+15550100155', callerId: 'anonymous' });
  expect(verbs[0]?.attributes).not.toHaveProperty('callerId');
});

test('digits are played, and the call comes back', async () => {
  const { verbs } = await next({ action: 'digits', digits: '1w2#' });
  expect(verbs).toMatchObject([
    { name: 'Play', attributes: { digits: '1w2#' } },
    { name: 'Redirect', text: `${twilio.url}/stream-ended?after=digits` },
  ]);
  await twilio.post('/stream-ended?after=digits', { CallStatus: 'in-progress' });
  expect(bridge.asked.at(-1)?.body).toEqual({ reason: 'digits-sent', try: 0 });
});

test('without an answer the caller waits: a clip the first time, then a pause, then another asking', async () => {
  bridge.script.set(NEXT, { status: 502, text: '<html>Bad gateway</html>' });
  const first = await twilio.post('/stream-ended', { CallStatus: 'in-progress' });
  expect(first.verbs).toMatchObject([
    { name: 'Play', text: `${twilio.url}/one-moment.wav` },
    { name: 'Pause', attributes: { length: '1' } },
    { name: 'Redirect', text: `${twilio.url}/stream-ended?try=1` },
  ]);
  const clip = await fetch(first.verbs[0]?.text ?? '');
  expect([clip.status, clip.headers.get('content-type')]).toEqual([200, 'audio/wav']);
  const second = await twilio.post('/stream-ended?try=1', { CallStatus: 'in-progress' });
  expect(second.verbs).toMatchObject([
    { name: 'Pause' },
    { name: 'Redirect', text: `${twilio.url}/stream-ended?try=2` },
  ]);
  expect(bridge.asked.map(({ body }) => body)).toMatchObject([{ try: 0 }, { try: 1 }]);
});

test('a call waits so many times and no more', async () => {
  bridge.script.set(NEXT, { status: 503, body: { code: 'bridge_draining', message: 'bye' } });
  let path = '/stream-ended';
  let waits = 0;
  for (;;) {
    const { verbs } = await twilio.post(path, { CallStatus: 'in-progress' });
    const redirect = verbs.find(({ name }) => name === 'Redirect');
    if (redirect === undefined) {
      expect(names(verbs)).toEqual(['Say', 'Hangup']);
      break;
    }
    waits += 1;
    path = redirect.text.slice(twilio.url.length);
  }
  expect(waits).toBe(MAX_TRIES);
});

test('why the call is back is not forgotten while it waits', async () => {
  bridge.script.set(NEXT, { status: 500, text: '' });
  const again = async (path: string, parameters = {}) => {
    const { verbs } = await twilio.post(path, { CallStatus: 'in-progress', ...parameters });
    return (verbs.at(-1)?.text ?? '').slice(twilio.url.length);
  };
  await again(await again('/stream-ended', { DialCallStatus: 'busy' }));
  expect(bridge.asked.at(-1)?.body).toEqual({
    reason: 'dial-ended',
    try: 1,
    dialCallStatus: 'busy',
  });
  await again(await again('/stream-ended?after=digits'));
  expect(bridge.asked.at(-1)?.body).toEqual({ reason: 'digits-sent', try: 1 });
});

test('a bridge that never answers keeps nobody waiting', async () => {
  bridge.script.set(NEXT, 'never');
  const { verbs, tookMs } = await twilio.post('/stream-ended', { CallStatus: 'in-progress' });
  expect(names(verbs)).toEqual(['Play', 'Pause', 'Redirect']);
  expect(tookMs).toBeLessThan(PATIENCE_MS);
});

test.each([404, 502])(
  'a %s page of a proxy is not the word of the bridge, which may be restarting',
  async (status) => {
    bridge.script.set(NEXT, { status, text: '<html>tunnel offline</html>' });
    const { verbs } = await twilio.post('/stream-ended', { CallStatus: 'in-progress' });
    expect(names(verbs)).toEqual(['Play', 'Pause', 'Redirect']);
  },
);

test.each<[string, Scripted]>([
  ['call_unknown', { status: 404, body: { code: 'call_unknown', message: 'no' } }],
  ['body_invalid', { status: 400, body: { code: 'body_invalid', message: 'no' } }],
])('the refusal %s leads to the fallback at once', async (code, scripted) => {
  bridge.script.set(NEXT, scripted);
  const { verbs } = await twilio.post('/stream-ended', { CallStatus: 'in-progress' });
  expect(names(verbs)).toEqual(['Say', 'Hangup']);
  expect(lines).toContainEqual(
    expect.objectContaining({
      msg: 'next step not known',
      code: 'bridge_refused',
      reason: expect.stringContaining(code) as unknown,
    }),
  );
});

test.each<NextStep>([
  { action: 'dial', number: '<Hangup/>' },
  { action: 'digits', digits: 'call me' },
  { action: 'resume', streamUrl: 'wss://bridge.example.com/a?b=c', token: 't' },
])('a step that Twilio could not do is not passed on: %p', async (step) => {
  expect(names((await next(step)).verbs)).toEqual(['Say', 'Hangup']);
});

test('a call that is over gets nothing, and the bridge is told', async () => {
  const { verbs, status } = await twilio.post('/stream-ended', { CallStatus: 'completed' });
  expect([status, verbs]).toEqual([200, []]);
  expect(bridge.asked).toMatchObject([
    {
      path: `/calls/${CALL_SID}/events`,
      body: { source: 'stream-ended', parameters: { CallStatus: 'completed' } },
    },
  ]);
});

test('a nonsense try counts as the first', async () => {
  await next({ action: 'hangup' }, '/stream-ended?try=-1e9');
  expect(bridge.asked[0]?.body).toMatchObject({ try: 0 });
});
