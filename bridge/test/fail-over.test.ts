import { startTestBridge, type TestBridge } from './stand-in/bridge';
import { type StandInModel, type StandInSession, startStandInModel } from './stand-in/model';
import { connectTwilio, type StandInTwilio } from './stand-in/twilio';

describe('A call whose model fails, where no other session may be had', () => {
  let model: StandInModel;
  let bridge: TestBridge;

  beforeEach(async () => {
    model = await startStandInModel();
    bridge = await startTestBridge(model.url, {
      MODEL_READY_MS: '400',
      MODEL_AUDIO_MS: '400',
      MODEL_RECONNECT_TRIES: '0',
    });
  });

  afterEach(async () => {
    await bridge.stop();
    model.close();
  });

  const openStream = async (): Promise<StandInTwilio> => {
    const { token } = await bridge.admit('CA1');
    const phone = connectTwilio(bridge.server.port, 'CA1', { token });
    await phone.opened;
    phone.start();
    return phone;
  };

  const openConversation = async (): Promise<{ phone: StandInTwilio; session: StandInSession }> => {
    const phone = await openStream();
    await bridge.waitForLog('agent started');
    const [session] = model.sessions;
    if (session === undefined) throw new Error('no session');
    return { phone, session };
  };

  const expectFallback = async (phone: StandInTwilio, code: string) => {
    expect(await phone.closed).toEqual({ code: 1011, reason: code });
    const { body } = await bridge.post('/calls/CA1/next', { reason: 'stream-ended', try: 0 });
    expect(body).toEqual({ action: 'fallback' });
    expect((await bridge.operator('/calls/CA1')).body).toMatchObject({
      end: { by: 'model', code },
    });
    expect(bridge.calls.size).toBe(0);
  };

  it('is ended when the model is not ready in time', async () => {
    model.onOpen = () => undefined;
    await expectFallback(await openStream(), 'model_not_ready');
  });

  it('is ended when the model refuses the key', async () => {
    model.refuseWith = 401;
    await expectFallback(await openStream(), 'model_refused');
  });

  it('is ended when the model cannot be reached', async () => {
    model.refuseWith = 503;
    await expectFallback(await openStream(), 'model_unreachable');
  });

  it('plays nothing and is ended when the model confirms another format', async () => {
    model.onOpen = (session) => {
      session.send({ type: 'session.created', session: { id: 'sess_1' } });
      void session.waitFor('session.update').then(() => session.confirm('audio/pcm'));
    };
    const phone = await openStream();
    await expectFallback(phone, 'model_format_wrong');
    expect(phone.received).toEqual([]);
  });

  it('is ended when the model changes the format in mid-call', async () => {
    const { phone, session } = await openConversation();
    session.confirm('audio/pcm');
    await expectFallback(phone, 'model_format_wrong');
  });

  it('is ended when the model refuses the session settings', async () => {
    model.onOpen = (session) => {
      session.send({ type: 'session.created', session: { id: 'sess_1' } });
      session.send({
        type: 'error',
        error: { type: 'invalid_request_error', code: 'unknown_parameter', message: 'no' },
      });
    };
    await expectFallback(await openStream(), 'model_session_refused');
  });

  it('is ended when the model drops in mid-call', async () => {
    const { phone, session } = await openConversation();
    session.socket.terminate();
    await expectFallback(phone, 'model_closed');
  });

  it('is ended when a response fails', async () => {
    const { phone, session } = await openConversation();
    session.send({
      type: 'response.done',
      response: {
        id: 'resp_1',
        status: 'failed',
        status_details: { error: { code: 'insufficient_quota', message: 'no quota' } },
      },
    });
    await expectFallback(phone, 'model_response_failed');
  });

  it('is ended when the model promises a response and is silent', async () => {
    const { phone, session } = await openConversation();
    session.send({ type: 'response.created', response: { id: 'resp_1' } });
    await expectFallback(phone, 'model_silent');
  });

  it('is ended when a response is broken off before a word of it', async () => {
    const { phone, session } = await openConversation();
    session.send({ type: 'response.created', response: { id: 'resp_1' } });
    session.send({
      type: 'response.done',
      response: {
        id: 'resp_1',
        status: 'incomplete',
        status_details: { reason: 'content_filter' },
      },
    });
    await expectFallback(phone, 'model_response_failed');
  });

  it('is ended when the model refuses to greet, unless it speaks already', async () => {
    const { phone, session } = await openConversation();
    const { event_id } = await session.waitFor('response.create');
    const refuse = (code: string) =>
      session.send({ type: 'error', error: { type: 'x', code, message: 'no', event_id } });
    refuse('conversation_already_has_active_response');
    refuse('rate_limit_exceeded');
    await expectFallback(phone, 'model_response_failed');
    expect((await bridge.operator('/calls/CA1')).body.errors).toHaveLength(3);
  });

  it('is ended when the model goes mute in the middle of a response', async () => {
    const { phone, session } = await openConversation();
    session.send({ type: 'response.created', response: { id: 'resp_1' } });
    session.send({
      type: 'response.output_audio.delta',
      response_id: 'resp_1',
      item_id: 'item_1',
      content_index: 0,
      delta: Buffer.alloc(800).toString('base64'),
    });
    await expectFallback(phone, 'model_silent');
  });

  it('is ended when the model never answers a turn of the caller', async () => {
    const { phone, session } = await openConversation();
    session.send({ type: 'response.created', response: { id: 'resp_1' } });
    session.send({ type: 'response.done', response: { id: 'resp_1', status: 'completed' } });
    session.send({ type: 'input_audio_buffer.speech_started', audio_start_ms: 0, item_id: 'i' });
    session.send({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: 900, item_id: 'i' });
    await expectFallback(phone, 'model_silent');
  });

  it('is ended when the model sends what cannot be read', async () => {
    const { phone, session } = await openConversation();
    session.socket.send('<html>');
    await expectFallback(phone, 'model_message_malformed');
  });

  it('goes on after an error that the model survives', async () => {
    const { phone, session } = await openConversation();
    session.send({
      type: 'error',
      error: { type: 'invalid_request_error', code: 'response_cancel_not_active', message: 'none' },
    });
    await bridge.waitForLog(
      'the model reported an error and went on: response_cancel_not_active none',
    );
    phone.media(Buffer.alloc(160, 1));
    await session.waitFor('input_audio_buffer.append');
    expect(bridge.calls.size).toBe(1);
    phone.socket.close();
  });

  it('tries the model again when Twilio asks for admission again', async () => {
    model.refuseWith = 503;
    await bridge.admit('CA1');
    await bridge.waitForLog('model session lost');
    model.refuseWith = undefined;
    const phone = await openStream();
    await bridge.waitForLog('agent started');
    phone.socket.close();
  });
});

describe('A call whose caller side fails', () => {
  let model: StandInModel;
  let bridge: TestBridge;

  afterEach(async () => {
    await bridge.stop();
    model.close();
  });

  const open = async (environment: Record<string, string> = {}) => {
    model = await startStandInModel();
    bridge = await startTestBridge(model.url, environment);
    const { token } = await bridge.admit('CA1');
    const phone = connectTwilio(bridge.server.port, 'CA1', { token });
    await phone.opened;
    phone.start();
    await bridge.waitForLog('agent started');
    const [session] = model.sessions;
    if (session === undefined) throw new Error('no session');
    const modelClosed = new Promise<void>((resolve) => session.socket.on('close', () => resolve()));
    return { phone, session, modelClosed };
  };

  it('closes the model when the caller hangs up, and hangs up next', async () => {
    const { phone, modelClosed } = await open();
    phone.send({ event: 'stop', stop: { callSid: 'CA1' } });
    await modelClosed;
    const { body } = await bridge.post('/calls/CA1/next', { reason: 'stream-ended', try: 0 });
    expect(body).toEqual({ action: 'hangup' });
  });

  it('closes the model when the socket is lost, and goes on in another stream', async () => {
    const { phone, modelClosed } = await open();
    phone.socket.terminate();
    await modelClosed;
    const { body } = await bridge.post('/calls/CA1/next', { reason: 'stream-ended', try: 0 });
    const { errors } = (await bridge.operator('/calls/CA1')).body;
    expect(errors).toMatchObject([{ code: 'stream_lost' }]);
    expect(body.action).toBe('resume');
  });

  it('is ended when Twilio reports it as completed, though the stream is still open', async () => {
    const { phone, modelClosed } = await open();
    const event = {
      source: 'call-status',
      parameters: { CallStatus: 'completed', SequenceNumber: '0' },
    };
    expect((await bridge.post('/calls/CA1/events', event)).status).toBe(202);
    await modelClosed;
    expect(await phone.closed).toEqual({ code: 1000, reason: 'call_ended' });
  });

  it('is ended with a reason by a second start, and by a frame of 1 MB', async () => {
    const { phone } = await open();
    phone.start();
    expect(await phone.closed).toEqual({ code: 1008, reason: 'start_repeated' });
    const { token } = await bridge.admit('CA2');
    const other = connectTwilio(bridge.server.port, 'CA2', { token });
    await other.opened;
    other.start();
    other.send('x'.repeat(1_000_000));
    expect(await other.closed).toEqual({ code: 1009, reason: 'frame_too_large' });
  });

  it('is ended when nothing comes from the caller side for a time', async () => {
    const { phone } = await open({ STREAM_IDLE_MS: '100' });
    expect(await phone.closed).toEqual({ code: 1001, reason: 'stream_idle' });
  });

  it('is ended when it reaches its longest time', async () => {
    const { phone } = await open({ MAX_CALL_S: '1' });
    expect(await phone.closed).toEqual({ code: 1000, reason: 'call_too_long' });
  });

  it('is ended when more caller audio waits than may', async () => {
    const { phone } = await open({ MAX_CALLER_AUDIO_BYTES: '1600' });
    phone.socket.close();
    model.onOpen = () => undefined;
    const { token } = await bridge.admit('CA2');
    const other = connectTwilio(bridge.server.port, 'CA2', { token });
    await other.opened;
    other.start();
    for (let i = 0; i < 11; i += 1) other.media(Buffer.alloc(160));
    expect(await other.closed).toEqual({ code: 1013, reason: 'caller_audio_overflow' });
  });

  it('is ended when more agent audio waits than may', async () => {
    const { phone, session } = await open({ MAX_AGENT_AUDIO_BYTES: '1600' });
    session.send({
      type: 'response.output_audio.delta',
      response_id: 'resp_1',
      item_id: 'item_1',
      content_index: 0,
      delta: Buffer.alloc(2_000).toString('base64'),
    });
    expect(await phone.closed).toEqual({ code: 1013, reason: 'agent_audio_overflow' });
  });
});
