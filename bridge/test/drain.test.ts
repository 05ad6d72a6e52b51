import { startTestBridge } from './stand-in/bridge';
import { startStandInCall } from './stand-in/call';
import { CALL_SID, startCallsApi } from './stand-in/calls-api';
import { startStandInModel } from './stand-in/model';

describe('A drain', () => {
  it('that may last no time ends calls at once, and they get the fallback', async () => {
    const call = await startStandInCall();
    await call.bridge.calls.drain(0);
    expect(await call.phone.closed).toEqual({ code: 1001, reason: 'bridge_stopped' });
    const { body } = await call.bridge.post('/calls/CA1/next', { reason: 'stream-ended', try: 0 });
    expect(body.action).toBe('fallback');
    await call.close();
  });

  it('has a goodbye said that the caller’s words do not call off', async () => {
    const call = await startStandInCall();
    const drained = call.bridge.calls.drain(1);
    await call.bridge.waitForLog('saying goodbye');
    call.speechStarted();
    call.speechStopped();
    // The model answers the turn by itself; what it was told stands in the conversation before.
    call.respond('r1', 100);
    call.finish('r1');
    await call.phone.waitFor('mark');
    call.echoMarks();
    expect(await call.phone.closed).toMatchObject({ code: 1000 });
    await drained;
    const { body } = await call.bridge.operator('/calls/CA1');
    expect(body).toMatchObject({ end: { by: 'agent' } });
    await call.close();
  });

  it('lets in the calls that it has placed before, and waits for them to be answered', async () => {
    const model = await startStandInModel();
    const api = await startCallsApi();
    const bridge = await startTestBridge(model.url, api.environment);
    const { body } = await bridge.operator('/calls/outbound', { to: '+15550100123' });
    let isDrained = false;
    const drained = bridge.calls.drain(30_000).then(() => (isDrained = true));
    const incoming = await bridge.post('/calls', { callSid: 'CA2' });
    expect(incoming.body.code).toBe('bridge_draining');
    expect(isDrained).toBe(false);
    const { callId } = body;
    expect((await bridge.post('/calls', { callSid: CALL_SID, callId })).status).toBe(201);
    await bridge.post(`/calls/${CALL_SID}/events`, {
      source: 'call-status',
      parameters: { CallStatus: 'completed' },
    });
    await drained;
    await bridge.stop();
    api.close();
    model.close();
  });

  it('ends when the placed call that it waits for is not answered', async () => {
    const model = await startStandInModel();
    const api = await startCallsApi();
    const bridge = await startTestBridge(model.url, api.environment);
    await bridge.operator('/calls/outbound', { to: '+15550100123' });
    const drained = bridge.calls.drain(30_000);
    await bridge.post(`/calls/${CALL_SID}/events`, {
      source: 'call-status',
      parameters: { CallStatus: 'no-answer' },
    });
    await drained;
    await bridge.stop();
    api.close();
    model.close();
  });
});
