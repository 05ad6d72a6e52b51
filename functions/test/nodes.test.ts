import { type BuiltFunctions, buildFunctions } from './stage/built-functions';
import { BRIDGE_SECRET, type StandInBridge, startStandInBridge } from './stage/stand-in-bridge';
import {
  CALL_SID,
  collectLog,
  PATIENCE_MS,
  startTwilioClient,
  type TwilioClient,
} from './stage/twilio-client';

const GRANT = {
  streamUrl: `wss://bridge.example.com/media-stream/a/${CALL_SID}`,
  token: 't',
  expiresAt: '2026-11-23T22:00:00.000Z',
};
const NEXT = `/calls/${CALL_SID}/next`;
const EVENTS = `/calls/${CALL_SID}/events`;
const draining = { status: 503, body: { code: 'bridge_draining', message: 'it drains' } };
const otherNode = { status: 409, body: { code: 'node_other', message: 'elsewhere' }, node: 'b' };

let built: BuiltFunctions;
let bridge: StandInBridge;
let twilio: TwilioClient;

beforeAll(async () => {
  built = await buildFunctions();
});
afterAll(() => built.remove());
beforeEach(async () => {
  collectLog();
  bridge = await startStandInBridge();
  twilio = await startTwilioClient(built, { BRIDGE_URL: bridge.url, BRIDGE_SECRET });
});
afterEach(async () => {
  await twilio.close();
  await bridge.close();
  jest.restoreAllMocks();
});

const inProgress = { CallStatus: 'in-progress' };

test('Twilio comes back with the node of the stream, and the bridge is asked for that one', async () => {
  bridge.script.set('/calls', { status: 201, body: GRANT, node: 'a' });
  const { verbs } = await twilio.post('/stream-mode');
  expect(bridge.asked[0]).not.toHaveProperty('node');
  expect(verbs[0]?.attributes.action).toBe(`${twilio.url}/stream-ended?node=a`);
  expect(verbs[0]?.children[0]?.attributes.statusCallback).toBe(
    `${twilio.url}/stream-status?node=a`,
  );
  await twilio.post('/stream-status?node=a', { StreamEvent: 'stream-started' });
  await twilio.post('/call-status?node=a', { CallStatus: 'completed' });
  await twilio.post('/stream-ended?node=a', inProgress);
  expect(bridge.asked.slice(1)).toMatchObject([
    { path: EVENTS, node: 'a' },
    { path: EVENTS, node: 'a' },
    { path: NEXT, node: 'a' },
  ]);
});

test.each([
  ['dial', { action: 'dial', number: '+15550100123' }, 'action', '/stream-ended?node=a'],
  ['digits', { action: 'digits', digits: '1' }, 'text', '/stream-ended?after=digits&node=a'],
])('the node stays through a %s', async (_what, step, where, address) => {
  bridge.script.set(NEXT, { status: 200, body: step });
  const { verbs } = await twilio.post('/stream-ended?node=a', inProgress);
  const last = verbs.at(-1);
  expect(where === 'text' ? last?.text : last?.attributes.action).toBe(twilio.url + address);
});

test('the node stays while the bridge is waited for', async () => {
  bridge.script.set(NEXT, { status: 502, text: 'Bad Gateway' });
  const { verbs } = await twilio.post('/stream-ended?node=a', inProgress);
  expect(verbs.at(-1)?.text).toBe(`${twilio.url}/stream-ended?try=1&node=a`);
});

test('a call that resumes on another node comes back to that one', async () => {
  const step = { action: 'resume', streamUrl: GRANT.streamUrl, token: 't' };
  bridge.script.set(NEXT, { status: 200, body: step });
  const { verbs } = await twilio.post('/stream-ended?node=b', inProgress);
  expect(verbs[0]?.attributes.action).toBe(`${twilio.url}/stream-ended?node=a`);
});

test('the node that placed a call is asked to admit it', async () => {
  bridge.script.set('/calls', { status: 201, body: GRANT });
  await twilio.post('/stream-mode?call_id=out_1&node=a');
  expect(bridge.asked).toMatchObject([{ path: '/calls', node: 'a', body: { callId: 'out_1' } }]);
});

test('what came to the wrong node is asked once more, of the right one', async () => {
  bridge.script.set(EVENTS, otherNode);
  bridge.scriptOfNode.set(EVENTS, { status: 202, body: {} });
  await twilio.post('/call-status', { CallStatus: 'completed' });
  expect(bridge.asked.map(({ path, node }) => [path, node])).toEqual([
    [EVENTS, undefined],
    [EVENTS, 'b'],
  ]);
});

test('what came to the node that had the call is asked once more, of the one that has it now', async () => {
  bridge.script.set(EVENTS, otherNode);
  await twilio.post('/call-status?node=a', { CallStatus: 'completed' });
  expect(bridge.asked.map(({ node }) => node)).toEqual(['a', 'b']);
});

test('two nodes that send a request to each other are asked twice, not for ever', async () => {
  bridge.script.set(NEXT, otherNode);
  const { verbs } = await twilio.post('/stream-ended', inProgress);
  expect(bridge.asked.map(({ node }) => node)).toEqual([undefined, 'b']);
  expect(verbs.map(({ name }) => name)).toEqual(['Say', 'Hangup']);
});

test('where one node drains another is asked, as the proxy leads there', async () => {
  bridge.script.set('/calls', { ...draining, node: 'a' });
  const answer = twilio.post('/stream-mode');
  while (bridge.asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
  bridge.script.set('/calls', { status: 201, body: GRANT, node: 'b' });
  const { verbs } = await answer;
  expect(verbs.map(({ name }) => name)).toEqual(['Connect']);
  expect(bridge.asked.length).toBeGreaterThanOrEqual(2);
});

test('where all nodes drain the caller gets the fallback in time, with the reason', async () => {
  bridge.script.set('/calls', { ...draining, node: 'a' });
  const { verbs, tookMs, body } = await twilio.post('/stream-mode');
  expect(verbs.map(({ name }) => name)).toEqual(['Say', 'Hangup']);
  expect(tookMs).toBeLessThan(PATIENCE_MS);
  expect(body).toContain('bridge_draining');
  expect(bridge.asked.length).toBeGreaterThan(3);
});

test('a bridge without a name is asked once: there is no other', async () => {
  bridge.script.set('/calls', draining);
  await twilio.post('/stream-mode');
  expect(bridge.asked).toHaveLength(1);
});

test.each(['A', 'a/b', '../x', 'x'.repeat(33)])('%j is no node', async (node) => {
  bridge.script.set(NEXT, { status: 200, body: { action: 'hangup' } });
  await twilio.post(`/stream-ended?node=${encodeURIComponent(node)}`, inProgress);
  expect(bridge.asked[0]).not.toHaveProperty('node');
});
