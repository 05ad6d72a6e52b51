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

const tell = (CallStatus: string, SequenceNumber: string) =>
  bridge.post(`/calls/${CALL_SID}/events`, {
    source: 'call-status',
    parameters: { CallStatus, SequenceNumber },
  });
const order = async () => {
  const { body } = await bridge.operator('/calls/outbound', { to: '+15550100123' });
  return String(body.callId);
};
interface Told {
  readonly end?: object;
  readonly statusEvents: { readonly parameters: Record<string, string> }[];
}
const statusesOf = async (callId: string) =>
  ((await bridge.operator(`/calls/${callId}`)).body as unknown as Told).statusEvents.map(
    ({ parameters }) => parameters.CallStatus,
  );

describe('The course of a placed call', () => {
  it('is in its record before anybody has answered', async () => {
    const callId = await order();
    await tell('ringing', '1');
    await tell('initiated', '0');
    expect(await statusesOf(callId)).toEqual(['initiated', 'ringing']);
  });

  it('keeps what Twilio tells before it has told the CallSid', async () => {
    api.beforeAnswer = async () => {
      expect((await tell('initiated', '0')).status).toBe(202);
    };
    expect(await statusesOf(await order())).toEqual(['initiated']);
  });

  it.each(['busy', 'no-answer', 'failed', 'canceled'])(
    'ends with %s where nobody took it',
    async (status) => {
      const callId = await order();
      await tell(status, '2');
      const { body } = await bridge.operator(`/calls/${callId}`);
      expect(body).toMatchObject({
        end: { by: 'caller', code: 'outbound_call_not_answered' },
        endedAt: expect.any(String) as string,
      });
      const late = { callSid: CALL_SID, callId, direction: 'outbound-api' };
      expect((await bridge.post('/calls', late)).body.code).toBe('outbound_call_unknown');
    },
  );

  it('says why nobody took it, where the carrier tells', async () => {
    const callId = await order();
    const parameters = { CallStatus: 'failed', SequenceNumber: '2', SipResponseCode: '404' };
    await bridge.post(`/calls/${CALL_SID}/events`, { source: 'call-status', parameters });
    expect((await bridge.operator(`/calls/${callId}`)).body.errors).toMatchObject([
      { message: expect.stringContaining('failed, SIP 404: there is no such number') as string },
    ]);
  });
});
