import { startTestBridge, type TestBridge } from './stand-in/bridge';
import { type StandInModel, startStandInModel } from './stand-in/model';
import { connectTwilio } from './stand-in/twilio';

describe('A stream that is awaited', () => {
  let model: StandInModel;
  let bridge: TestBridge;

  const open = async (environment: Record<string, string> = {}) => {
    model = await startStandInModel();
    bridge = await startTestBridge(model.url, environment);
  };
  const errorsOf = async (callSid: string) =>
    (await bridge.operator(`/calls/${callSid}`)).body.errors as { code: string }[];

  afterEach(async () => {
    await bridge.stop();
    model.close();
  });

  it('is reported when it does not come, and its lateness when it comes after all', async () => {
    await open({ STREAM_ARRIVAL_S: '1' });
    const { token } = await bridge.admit('CA1');
    const line = await bridge.waitForLog(
      'the call was admitted and no stream has come for it: 1 s after the admission',
    );
    expect(line).toMatchObject({ level: 40, callSid: 'CA1', code: 'stream_not_arrived' });
    expect(String(line.remedy)).toContain('31941');
    expect(await errorsOf('CA1')).toMatchObject([{ code: 'stream_not_arrived' }]);
    const metrics = await (await fetch(`${bridge.url}/metrics`)).text();
    expect(metrics).toContain('bridge_streams_not_arrived_total 1');
    const phone = connectTwilio(bridge.server.port, 'CA1', { token });
    await phone.opened;
    phone.start();
    await bridge.waitForLog('agent started');
    expect(await bridge.waitForLog('media stream arrived late')).toHaveProperty('afterS');
    phone.socket.terminate();
  });

  it('is in the record with the reason when it is refused', async () => {
    await open();
    await bridge.admit('CA1');
    for (let times = 0; times < 2; times += 1)
      await expect(
        connectTwilio(bridge.server.port, 'CA1', { signature: 'wrong' }).opened,
      ).rejects.toThrow('403');
    const phone = connectTwilio(bridge.server.port, 'CA1', { token: 'another' });
    await phone.opened;
    phone.start();
    await phone.closed;
    expect((await errorsOf('CA1')).map(({ code }) => code)).toEqual([
      'twilio_signature_invalid',
      'token_invalid',
    ]);
  });
});

describe('An error that Twilio reports of a stream', () => {
  let model: StandInModel;
  let bridge: TestBridge;
  beforeEach(async () => {
    model = await startStandInModel();
    bridge = await startTestBridge(model.url);
    await bridge.admit('CA1');
  });
  afterEach(async () => {
    await bridge.stop();
    model.close();
  });
  const report = (StreamError: string) =>
    bridge.post('/calls/CA1/events', {
      source: 'stream-status',
      parameters: { StreamSid: 'MZ1', StreamEvent: 'stream-error', StreamError },
    });

  it('is in the record with cause and remedy, each one of a stream once', async () => {
    await report('31931 - Stream - Invalid Message');
    await report('31921 - Stream - WebSocket - Close Error');
    await report('31921 - Stream - WebSocket - Close Error');
    const { errors } = (await bridge.operator('/calls/CA1')).body as {
      errors: { code: string; message: string; remedy: string }[];
    };
    expect(errors.map(({ code }) => code)).toEqual(['31931', '31921']);
    for (const { message, remedy } of errors) expect([message, remedy]).not.toContain('');
  });

  it('keeps its words where they have no code, in record and log', async () => {
    await report('odd words');
    expect((await bridge.operator('/calls/CA1')).body.errors).toMatchObject([
      { code: 'twilio_stream_error', message: expect.stringContaining('odd words') as unknown },
    ]);
    expect(
      await bridge.waitForLog(
        'Twilio reported an error of the stream, in words that have no code here',
      ),
    ).toMatchObject({ level: 40, callSid: 'CA1', cause: 'odd words' });
  });
});

describe('A call that is not admitted', () => {
  let model: StandInModel;
  let bridge: TestBridge;
  afterEach(async () => {
    await bridge.stop();
    model.close();
  });

  it('has a record that says why', async () => {
    model = await startStandInModel();
    bridge = await startTestBridge(model.url, { MAX_CALLS: '1' });
    await bridge.admit('CA1');
    expect((await bridge.post('/calls', { callSid: 'CA2' })).status).toBe(503);
    const { body } = await bridge.operator('/calls/CA2');
    expect(body).toMatchObject({
      end: { by: 'bridge', code: 'bridge_full' },
      errors: [{ code: 'bridge_full' }],
    });
  });

  it('has what Twilio reports of it explained in the log', async () => {
    model = await startStandInModel();
    bridge = await startTestBridge(model.url);
    const parameters = {
      ErrorCode: '11200',
      ErrorUrl: 'https://functions.example.com/stream-mode',
    };
    await bridge.post('/calls/CA9/events', { source: 'fallback', parameters });
    expect(await bridge.waitForLog('HTTP retrieval failure')).toMatchObject({
      callSid: 'CA9',
      twilioCode: '11200',
      errorUrl: parameters.ErrorUrl,
    });
  });
});
