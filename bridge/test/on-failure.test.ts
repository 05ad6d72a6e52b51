import { type StandInCall, startStandInCall } from './stand-in/call';

describe('When the model fails in mid-call', () => {
  let call: StandInCall;
  afterEach(() => call.close());

  const next = async () =>
    (await call.bridge.post('/calls/CA1/next', { reason: 'stream-ended', try: 0 })).body;

  it('the fallback says the sentence of the agent’s file', async () => {
    call = await startStandInCall(
      'on_failure: { say: Something broke. Somebody will call back. }\n',
    );
    call.session.send({ type: 'response.created', response: { id: 'r1' } });
    call.session.send({
      type: 'response.done',
      response: {
        id: 'r1',
        status: 'failed',
        status_details: { type: 'failed', error: { code: 'insufficient_quota', message: '' } },
      },
    });
    await call.phone.closed;
    expect(await next()).toEqual({
      action: 'fallback',
      say: 'Something broke. Somebody will call back.',
    });
  });

  it('the fallback says its own where the file has none', async () => {
    call = await startStandInCall('', { MODEL_RECONNECT_TRIES: '0' });
    call.session.socket.terminate();
    await call.phone.closed;
    expect(await next()).toEqual({ action: 'fallback' });
  });
});
