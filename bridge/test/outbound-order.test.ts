import { startTestBridge, type TestBridge } from './stand-in/bridge';
import { startCallsApi, type StandInCallsApi } from './stand-in/calls-api';
import { startStandInModel, type StandInModel } from './stand-in/model';

let model: StandInModel;
let api: StandInCallsApi;
let bridge: TestBridge;
beforeEach(async () => {
  model = await startStandInModel();
  api = await startCallsApi();
  bridge = await startTestBridge(model.url, api.environment);
});
afterEach(async () => {
  await bridge.stop();
  api.close();
  model.close();
});

describe('An order that cannot be', () => {
  it.each([
    ['no number', {}, 'body_invalid', 'to: is missing'],
    ['a number without its country', { to: '5550100123' }, 'number_invalid', 'to is 5550100123'],
    ['a number with words', { to: '+1 555 CALL ME' }, 'number_invalid', 'to is'],
    ['a number too long', { to: `+${'1'.repeat(16)}` }, 'number_invalid', 'to is'],
    ['a wrong from', { to: '+15550100123', from: '12' }, 'number_invalid', 'from is 12'],
    ['an unknown key', { to: '+15550100123', too: 1 }, 'body_invalid', 'too'],
    ['variables that are a list', { to: '+15550100123', variables: [1] }, 'body_invalid', 'vari'],
    ['an unknown agent', { to: '+15550100123', agent: 'nobody' }, 'agent_unknown', 'nobody'],
  ])('with %s is refused before Twilio is asked', async (_, order, code, words) => {
    const { status, body } = await bridge.operator('/calls/outbound', order);
    expect([status, body.code]).toEqual([400, code]);
    expect(body.message).toContain(words);
    expect(body.remedy).toEqual(expect.any(String));
    expect(api.asked).toEqual([]);
  });

  it('is refused by a draining bridge, and by one without room', async () => {
    await bridge.stop();
    bridge = await startTestBridge(model.url, { ...api.environment, MAX_CALLS: '1' });
    await bridge.admit('CA00000000000000000000000000000001');
    const full = await bridge.operator('/calls/outbound', { to: '+15550100123' });
    expect([full.status, full.body.code]).toEqual([503, 'bridge_full']);
    expect(api.asked).toEqual([]);
  });

  it('names every variable that the bridge lacks, while calls come in all the same', async () => {
    await bridge.stop();
    bridge = await startTestBridge(model.url, { TWILIO_PHONE_NUMBER: '+15550100199' });
    const { status, body } = await bridge.operator('/calls/outbound', { to: '+15550100123' });
    expect([status, body.code]).toEqual([501, 'outbound_not_configured']);
    expect(body.message).toMatch(/: TWILIO_ACCOUNT_SID, FUNCTIONS_URL$/);
    await bridge.admit('CA00000000000000000000000000000001');
  });

  it.each(['http://api.example.com', 'ftp://127.0.0.1', 'nowhere'])(
    'never sends the credentials to %s',
    (url) => {
      const start = () => startTestBridge(model.url, { ...api.environment, TWILIO_API_URL: url });
      return expect(start()).rejects.toThrow('TWILIO_API_URL is');
    },
  );
});
