import { type BuiltFunctions, buildFunctions } from './stage/built-functions';
import { collectLog, startTwilioClient, type TwilioClient } from './stage/twilio-client';

let built: BuiltFunctions;
let twilio: TwilioClient;
let lines: Record<string, unknown>[];

beforeAll(async () => {
  built = await buildFunctions();
  twilio = await startTwilioClient(built, {});
});
afterAll(async () => {
  await twilio.close();
  built.remove();
});
beforeEach(() => {
  lines = collectLog();
});
afterEach(() => jest.restoreAllMocks());

test('test mode speaks with neither bridge nor configuration', async () => {
  const { status, verbs } = await twilio.post('/test-mode');
  expect(status).toBe(200);
  expect(verbs.at(-1)?.name).toBe('Hangup');
  expect(verbs.map(({ text }) => text).join(' ')).toContain('ends in 0 1 9 9');
  expect(lines).toContainEqual(
    expect.objectContaining({ msg: 'twiml generated', kind: 'test-mode' }),
  );
});

test('a call to something that is no number is no trouble', async () => {
  const { verbs } = await twilio.post('/test-mode', { To: 'client:anna' });
  expect(verbs.at(-1)?.name).toBe('Hangup');
});
