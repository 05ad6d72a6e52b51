import { startStandInCall, type StandInCall } from './stand-in/call';
import { connectTwilio } from './stand-in/twilio';

describe('A caller’s side that goes wrong', () => {
  let call: StandInCall;

  const open = async (environment: Record<string, string> = {}) => {
    call = await startStandInCall('', environment);
  };

  afterEach(() => call.close());

  const frame = (number: number, byte: number) => ({
    event: 'media',
    sequenceNumber: String(number),
    streamSid: 'MZ0123456789abcdef0123456789abcdef',
    media: {
      track: 'inbound',
      chunk: String(number),
      timestamp: String(number * 20),
      payload: Buffer.alloc(160, byte).toString('base64'),
    },
  });

  it('with lost, doubled and reordered frames is heard as they came, and the call goes on', async () => {
    await open();
    const { phone, session } = call;
    // 3 is lost, 4 comes twice, 6 before 5; one says a time that is years ahead, the next one goes back.
    const came = [1, 2, 4, 4, 6, 5, 7];
    for (const number of came) phone.send(frame(number, number));
    phone.send({ ...frame(8, 8), media: { ...frame(8, 8).media, timestamp: '99999999999999' } });
    phone.send(frame(9, 9));
    await session.waitFor('input_audio_buffer.append', came.length + 2);
    const heard = session.appended();
    expect([...came, 8, 9].map((_, at) => heard[at * 160])).toEqual([...came, 8, 9]);
    await call.settle();
    expect(phone.socket.readyState).toBe(phone.socket.OPEN);
  });

  it('with doubled, unknown and reordered marks leaves the account of what was heard alone', async () => {
    await open();
    const { phone, session } = call;
    call.respond('r1', 400, 400);
    await phone.waitFor('mark', 2);
    const names = phone.received.flatMap(({ mark }) =>
      mark === undefined ? [] : [(mark as { name: string }).name],
    );
    for (const name of [...names].reverse().concat(names, 'never sent'))
      phone.send({ event: 'mark', mark: { name } });
    await call.settle();
    call.finish('r1');
    await call.settle();
    phone.send({ event: 'stop', stop: { callSid: 'CA1' } });
    await call.bridge.waitForLog('call ended');
    const { heardMs, end } = (await call.bridge.operator('/calls/CA1')).body;
    expect(end).toEqual({ by: 'caller' });
    expect(heardMs).toBeLessThanOrEqual(800);
    expect(session.received.map(({ type }) => type)).not.toContain('conversation.item.truncate');
  });

  it('that says stop twice ends well, once', async () => {
    await open();
    for (let times = 0; times < 2; times += 1) call.phone.send({ event: 'stop', stop: {} });
    expect(await call.phone.closed).toEqual({ code: 1000, reason: 'stop' });
    await call.bridge.waitForLog('call ended');
    expect((await call.bridge.operator('/calls/CA1')).body.end).toEqual({ by: 'caller' });
    expect(call.bridge.logs.filter(({ msg }) => msg === 'call ended')).toHaveLength(1);
  });

  it('that starts twice ends with a code, and Twilio is told to go on with the fallback', async () => {
    await open();
    call.phone.start();
    expect(await call.phone.closed).toEqual({ code: 1008, reason: 'start_repeated' });
    const next = { reason: 'stream-ended', try: 0 };
    expect((await call.bridge.post('/calls/CA1/next', next)).body.action).toBe('fallback');
  });

  it('that says stop before start does not end the call that its own stream is awaited for', async () => {
    await open();
    const { token } = await call.bridge.admit('CA2');
    const early = connectTwilio(call.bridge.server.port, 'CA2', { token });
    await early.opened;
    early.send({ event: 'stop', stop: { callSid: 'CA2' } });
    expect(await early.closed).toEqual({ code: 1008, reason: 'start_missing' });
    const own = connectTwilio(call.bridge.server.port, 'CA2', { token });
    await own.opened;
    own.start();
    own.media(Buffer.alloc(160, 0x55));
    const [, session] = call.model.sessions;
    await session?.waitFor('input_audio_buffer.append');
    own.socket.close();
  });

  it('that stops reading ends with a code before its queue grows without bound', async () => {
    await open({
      ...{ MAX_AGENT_AUDIO_BYTES: '1600000', MODEL_AUDIO_MS: '60000' },
      MAX_STREAM_QUEUE_BYTES: '100000000', // what the machine buffers is not to decide
    });
    call.phone.socket.pause();
    for (let response = 0; response < 25; response += 1) call.respond(`r${response}`, 10_000);
    await call.bridge.waitForLog('call ended');
    expect((await call.bridge.operator('/calls/CA1')).body.end).toEqual({
      by: 'model',
      code: 'agent_audio_overflow',
    });
    expect(call.bridge.calls.queuedBytes).toEqual([]);
  });
});
