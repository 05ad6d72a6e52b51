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

const BUSY = { status: 429, body: { code: 20429, message: 'Too Many Requests', status: 429 } };
const order = () => bridge.operator('/calls/outbound', { to: '+15550100123' });

describe('A Twilio that takes no more requests', () => {
  it('is asked again, a little later', async () => {
    api.answers.push(BUSY);
    expect((await order()).status).toBe(202);
    expect(api.asked).toHaveLength(2);
    expect(api.asked[1]?.form.toString()).toBe(api.asked[0]?.form.toString());
    expect(bridge.logs).toContainEqual(
      expect.objectContaining({ msg: 'Twilio is busy; asking again', twilioCode: 20429 }),
    );
  });

  it('is not asked for ever', async () => {
    api.answers.push(BUSY, BUSY, BUSY, BUSY);
    const { status, body } = await order();
    expect([status, body.code]).toEqual([503, 'twilio_busy']);
    expect(api.asked).toHaveLength(4);
    expect(body.message).toContain('asked 4 times');
  }, 15_000);

  it('says when to come back, within reason', async () => {
    api.answers.push({ ...BUSY, headers: { 'retry-after': '1' } });
    const askedAtMs = performance.now();
    expect((await order()).status).toBe(202);
    expect(performance.now() - askedAtMs).toBeGreaterThan(990);
  });
});
