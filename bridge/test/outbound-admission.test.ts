import { startTestBridge, type TestBridge } from './stand-in/bridge';
import { CALL_SID, startCallsApi, type StandInCallsApi } from './stand-in/calls-api';
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

const CALL = { from: '+15550100199', to: '+15550100123', direction: 'outbound-api' };
const order = async () => {
  const { body } = await bridge.operator('/calls/outbound', { to: '+15550100123' });
  return body as { callId: string; callSid: string };
};
const admit = (callSid: string, callId: string) =>
  bridge.post('/calls', { ...CALL, callSid, callId });

describe('The admission of a placed call', () => {
  it('meets what waits for it, and goes on in the same record', async () => {
    const { callId } = await order();
    expect((await admit(CALL_SID, callId)).status).toBe(201);
    const { body } = await bridge.operator(`/calls/${callId}`);
    expect(body).toMatchObject({ callSid: CALL_SID, callId, agent: 'receptionist' });
    expect((body.course as { what: string }[]).map(({ what }) => what).slice(0, 2)).toEqual([
      'call placed',
      'call admitted',
    ]);
    expect((await bridge.operator('/calls')).body.calls).toHaveLength(1);
  });

  it('is given again where Twilio asks again', async () => {
    const { callId } = await order();
    const first = await admit(CALL_SID, callId);
    const second = await admit(CALL_SID, callId);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.token).not.toBe(first.body.token);
  });

  it('is refused to a callId that nothing waits under, and to another call', async () => {
    const { callId } = await order();
    for (const [callSid, id] of [
      [CALL_SID, 'out_of_nowhere'],
      ['CA00000000000000000000000000000009', callId],
    ] as const) {
      const { status, body } = await admit(callSid, id);
      expect([status, body.code]).toEqual([503, 'outbound_call_unknown']);
    }
    expect((await admit(CALL_SID, callId)).status).toBe(201);
  });

  it('may come before Twilio’s answer to the order', async () => {
    api.beforeAnswer = async ({ form }) => {
      const callId = new URL(form.get('Url') ?? '').searchParams.get('call_id') ?? '';
      expect((await admit(CALL_SID, callId)).status).toBe(201);
    };
    const { callId } = await order();
    const { body } = await bridge.operator(`/calls/${callId}`);
    expect(body).toMatchObject({ callSid: CALL_SID });
    expect(bridge.calls.size).toBe(1);
  });

  it('must come in time: what is never asked for goes, and its record says so', async () => {
    await bridge.stop();
    bridge = await startTestBridge(model.url, { ...api.environment, OUTBOUND_WAIT_S: '1' });
    const { callId } = await order();
    await bridge.waitForLog('call ended');
    const { body } = await bridge.operator(`/calls/${callId}`);
    expect(body.end).toEqual({ by: 'caller', code: 'outbound_call_unclaimed' });
    expect((await admit(CALL_SID, callId)).body.code).toBe('outbound_call_unknown');
  });

  it('is waited for by a bounded number of calls', async () => {
    await bridge.stop();
    bridge = await startTestBridge(model.url, { ...api.environment, MAX_WAITING_CALLS: '1' });
    const { callId } = await order();
    const { status, body } = await bridge.operator('/calls/outbound', { to: '+15550100123' });
    expect([status, body.code]).toEqual([503, 'outbound_full']);
    await admit(CALL_SID, callId);
    expect((await bridge.operator('/calls/outbound', { to: '+15550100124' })).status).toBe(202);
  });
});
