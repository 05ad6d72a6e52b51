import { startTestBridge, type TestBridge, TWILIO_AUTH_TOKEN } from './stand-in/bridge';
import { ACCOUNT_SID, CALL_SID, startCallsApi, type StandInCallsApi } from './stand-in/calls-api';
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

describe('A call that the operator places', () => {
  it('is asked of Twilio with the addresses of the Functions, and answered with 202', async () => {
    const { status, body } = await bridge.operator('/calls/outbound', { to: '+15550100123' });
    expect(status).toBe(202);
    expect(body).toEqual({
      callId: expect.stringMatching(/^out_[0-9a-f]{24}$/) as string,
      callSid: CALL_SID,
      status: 'queued',
    });
    const [asked] = api.asked;
    expect(asked?.path).toBe(`/2010-04-01/Accounts/${ACCOUNT_SID}/Calls.json`);
    expect(asked?.authorization).toBe(
      `Basic ${Buffer.from(`${ACCOUNT_SID}:${TWILIO_AUTH_TOKEN}`).toString('base64')}`,
    );
    expect([...(asked?.form ?? [])]).toEqual([
      ['To', '+15550100123'],
      ['From', '+15550100199'],
      ['Url', `https://functions.example.com/stream-mode?call_id=${String(body.callId)}`],
      ['FallbackUrl', 'https://functions.example.com/fallback'],
      ['StatusCallback', 'https://functions.example.com/call-status'],
      ['StatusCallbackEvent', 'initiated'],
      ['StatusCallbackEvent', 'ringing'],
      ['StatusCallbackEvent', 'answered'],
      ['StatusCallbackEvent', 'completed'],
    ]);
  });

  it('has the answering machine found out asynchronously where that is asked for', async () => {
    const order = { to: '+15550100123', from: '+15550100177', machineDetection: true };
    await bridge.operator('/calls/outbound', order);
    const { From, MachineDetection, AsyncAmd, AsyncAmdStatusCallback } = Object.fromEntries(
      api.asked[0]?.form ?? [],
    );
    expect({ From, MachineDetection, AsyncAmd, AsyncAmdStatusCallback }).toEqual({
      From: '+15550100177',
      MachineDetection: 'DetectMessageEnd',
      AsyncAmd: 'true',
      AsyncAmdStatusCallback: 'https://functions.example.com/call-status',
    });
  });

  it('has a record from the placing on, by either id, without the whole number', async () => {
    const { body } = await bridge.operator('/calls/outbound', { to: '+15550100123' });
    for (const id of [CALL_SID, String(body.callId)]) {
      expect((await bridge.operator(`/calls/${id}`)).body).toMatchObject({
        callSid: CALL_SID,
        callId: body.callId,
        to: '+15*******23',
        direction: 'outbound-api',
        agent: 'receptionist',
        course: [{ what: 'call placed' }],
      });
    }
    expect(JSON.stringify(bridge.logs)).not.toContain('+15550100123');
  });

  it('is for operators', async () => {
    const response = await fetch(`${bridge.url}/calls/outbound`, { method: 'POST', body: '{}' });
    expect(response.status).toBe(401);
    expect((await bridge.post('/calls/outbound', {})).status).toBe(401);
    expect(api.asked).toEqual([]);
  });
});
