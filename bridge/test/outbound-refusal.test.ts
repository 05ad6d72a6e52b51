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

const order = () => bridge.operator('/calls/outbound', { to: '+15550100123' });

describe('A call that Twilio will not place', () => {
  it.each([
    [21219, 400, /trial account/],
    [21215, 400, /permissions leave this country out/],
    [21211, 400, /number to call is not one/],
    [20003, 401, /do not belong together/],
    [21210, 400, /number to call from/],
    [10004, 400, /at once|at one time/],
    [29999, 400, /the words of Twilio/],
  ])('is explained by Twilio’s code %i', async (code, status, words) => {
    api.answers.push({ status, body: { code, message: 'the words of Twilio', status } });
    const answer = await order();
    expect([answer.status, answer.body.code]).toEqual([502, 'twilio_refused']);
    expect(answer.body).toMatchObject({ twilioCode: code, remedy: expect.any(String) as string });
    expect(answer.body.message).toMatch(words);
    expect(api.asked).toHaveLength(1);
  });

  it('leaves a record under its callId, ended by the refusal', async () => {
    api.answers.push({ status: 400, body: { code: 21219, message: 'unverified' } });
    await order();
    const { calls } = (await bridge.operator('/calls')).body as { calls: { callId: string }[] };
    expect(calls).toMatchObject([{ end: { by: 'bridge', code: 'twilio_refused' } }]);
    const { body } = await bridge.operator(`/calls/${calls[0]?.callId ?? ''}`);
    expect(body).toMatchObject({ to: '+15*******23', errors: [{ code: 'twilio_refused' }] });
    expect(JSON.stringify(body.errors)).toContain('21219');
  });

  it.each([
    ['a page', { status: 502, body: '<html>' }],
    ['a redirect', { status: 302, body: '', headers: { location: 'https://example.com' } }],
    ['a success without a CallSid', { status: 201, body: { status: 'queued' } }],
  ])('is told from a proxy that answers with %s', async (_, answer) => {
    api.answers.push(answer);
    const { body } = await order();
    expect(body).toMatchObject({
      code: 'twilio_refused',
      remedy: expect.stringContaining('proxy') as string,
    });
  });

  it('is not tried again where nobody knows whether the phone rings', async () => {
    api.close();
    const { status, body } = await order();
    expect([status, body.code]).toEqual([502, 'twilio_unreachable']);
    expect(body.message).toContain('ECONNREFUSED');
  });
});
