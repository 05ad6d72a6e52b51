import { randomBytes, randomUUID } from 'node:crypto';
import { startTestBridge, type TestBridge } from './stand-in/bridge';
import { ENGINES } from './stand-in/engines';
import { type StandInModel, startStandInModel } from './stand-in/model';
import { connectTwilio } from './stand-in/twilio';

describe.each(ENGINES)('The relay on %s', (engine) => {
  let model: StandInModel;
  let bridge: TestBridge;

  beforeEach(async () => {
    model = await startStandInModel();
    bridge = await startTestBridge(model.url, { BRIDGE_SERVER: engine });
  });

  afterEach(async () => {
    await bridge.stop();
    model.close();
  });

  it('passes every caller byte to the model in order and none before session.updated', async () => {
    model.onOpen = (session) =>
      session.send({ type: 'session.created', session: { id: 'sess_1' } });
    const { token } = await bridge.admit('CA1');
    const phone = connectTwilio(bridge.server.port, 'CA1', { token });
    await phone.opened;
    phone.start();
    const frames = Array.from({ length: 60 }, () => randomBytes(160));
    for (const frame of frames.slice(0, 40)) phone.media(frame);
    const [session] = model.sessions;
    if (session === undefined) throw new Error('the model session was not opened at admission');
    await session.waitFor('session.update');
    await bridge.waitForLog('media stream started');
    expect(session.appended()).toHaveLength(0);
    session.confirm();
    for (const frame of frames.slice(40)) phone.media(frame);
    await session.waitFor('input_audio_buffer.append', 60);
    expect(session.appended().equals(Buffer.concat(frames))).toBe(true);
    phone.socket.close();
  });

  it('passes every agent byte to the caller, with marks behind the first, the last, and every 400 ms', async () => {
    const { token } = await bridge.admit('CA1');
    const phone = connectTwilio(bridge.server.port, 'CA1', { token, streamSid: randomUUID() });
    await phone.opened;
    phone.start();
    const session = model.sessions[0] ?? (await model.nextSession());
    await session.waitFor('response.create');
    session.send({ type: 'response.created', response: { id: 'resp_1' } });
    const deltas = [1_600, 799, 3_201, 800].map((bytes) => randomBytes(bytes));
    for (const delta of deltas) {
      session.send({
        type: 'response.output_audio.delta',
        response_id: 'resp_1',
        item_id: 'item_1',
        content_index: 0,
        delta: delta.toString('base64'),
      });
    }
    await phone.waitFor('media', 4);
    expect(phone.received.filter(({ event }) => event === 'mark')).toHaveLength(2);
    session.send({ type: 'response.output_audio.done', response_id: 'resp_1', item_id: 'item_1' });
    await phone.waitFor('mark', 3);
    expect(phone.audio().equals(Buffer.concat(deltas))).toBe(true);
    expect(phone.received.map(({ event }) => event)).toEqual([
      ...['media', 'mark'],
      ...['media', 'media', 'mark'],
      ...['media', 'mark'],
    ]);
    phone.socket.close();
  });

  it('takes any streamSid and a first timestamp that is not 0', async () => {
    const { token } = await bridge.admit('CA1');
    const streamSid = randomUUID();
    const phone = connectTwilio(bridge.server.port, 'CA1', { token, streamSid });
    await phone.opened;
    phone.start();
    const session = model.sessions[0] ?? (await model.nextSession());
    phone.send({
      event: 'media',
      sequenceNumber: 2,
      streamSid,
      media: {
        track: 'inbound',
        chunk: 7,
        timestamp: '4711',
        payload: randomBytes(160).toString('base64'),
      },
      extra: true,
    });
    phone.send({ event: 'something-new', streamSid });
    await session.waitFor('input_audio_buffer.append');
    phone.socket.close();
  });

  it('sends the session with mu-law both ways and every number of the turn detection', async () => {
    await bridge.admit('CA1');
    const session = model.sessions[0] ?? (await model.nextSession());
    expect(await session.waitFor('session.update')).toMatchObject({
      session: {
        type: 'realtime',
        output_modalities: ['audio'],
        audio: {
          input: {
            format: { type: 'audio/pcmu' },
            turn_detection: {
              type: 'server_vad',
              threshold: 0.5,
              prefix_padding_ms: 300,
              silence_duration_ms: 500,
              idle_timeout_ms: null,
              create_response: true,
              interrupt_response: true,
            },
          },
          output: { format: { type: 'audio/pcmu' } },
        },
      },
    });
  });

  it('writes the eight lines of a healthy call in order, each with the CallSid', async () => {
    const { token } = await bridge.admit('CA1');
    await bridge.waitForLog('model session created');
    const phone = connectTwilio(bridge.server.port, 'CA1', { token });
    await phone.opened;
    phone.start();
    await bridge.waitForLog('agent started');
    phone.send({ event: 'stop', sequenceNumber: '9', stop: { callSid: 'CA1' } });
    await bridge.waitForLog('call ended');
    const healthy = [
      'call admitted',
      'model session created',
      'media-stream connection attempt',
      'media-stream accepted',
      'media stream started',
      'agent started',
      'media stream stopped',
      'call ended',
    ];
    const lines = bridge.logs.filter(({ msg }) => healthy.includes(msg));
    expect(lines.map(({ msg }) => msg)).toEqual(healthy);
    expect(lines.every(({ callSid }) => callSid === 'CA1')).toBe(true);
  });
});
