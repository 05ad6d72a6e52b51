import { makeCallToken } from '@realtime-phone/protocol/call-token';
import { BRIDGE_SECRET, startTestBridge, type TestBridge } from './stand-in/bridge';
import { ENGINES } from './stand-in/engines';
import { type StandInModel, startStandInModel } from './stand-in/model';
import { connectTwilio, signUpgrade } from './stand-in/twilio';

describe.each(ENGINES)('A stranger at the media stream, on %s', (engine) => {
  let model: StandInModel;
  let bridge: TestBridge;

  beforeEach(async () => {
    model = await startStandInModel();
    bridge = await startTestBridge(model.url, { BRIDGE_SERVER: engine, START_MS: '1500' });
  });

  afterEach(async () => {
    // Whatever was tried: not one byte of it may have reached a model.
    const appended = model.sessions.map((session) => session.appended().length);
    await bridge.stop();
    model.close();
    expect(appended.every((bytes) => bytes === 0)).toBe(true);
  });

  const refusedUpgrade = (options: Parameters<typeof connectTwilio>[2], callSid = 'CA1') =>
    expect(connectTwilio(bridge.server.port, callSid, options).opened).rejects.toThrow('HTTP 403');

  it('is refused without a signature', async () => {
    await bridge.admit('CA1');
    await refusedUpgrade({ signature: null });
    expect((await bridge.waitForLog('media-stream refused')).code).toBe('twilio_signature_missing');
  });

  it('is refused with the signature of another token or another call', async () => {
    await bridge.admit('CA1');
    await refusedUpgrade({ signature: signUpgrade('/media-stream/CA1', 'another token') });
    await refusedUpgrade({ signature: signUpgrade('/media-stream/CA2') });
    expect((await bridge.waitForLog('media-stream refused')).code).toBe('twilio_signature_invalid');
  });

  it('is refused for a call that was not admitted', async () => {
    await refusedUpgrade({});
    expect((await bridge.waitForLog('media-stream refused')).code).toBe('call_not_admitted');
  });

  it('is refused beside a stream that the call has already', async () => {
    const { token } = await bridge.admit('CA1');
    const phone = connectTwilio(bridge.server.port, 'CA1', { token });
    await phone.opened;
    phone.start();
    await bridge.waitForLog('media stream started');
    await refusedUpgrade({ token });
    expect(bridge.calls.size).toBe(1);
    phone.socket.close();
  });

  it.each([
    ['no token', 'token_missing', () => undefined],
    ['a made-up token', 'token_invalid', () => 'v1.99999999999999.abc.def'],
    [
      'the token of another call',
      'token_invalid',
      () => makeCallToken(BRIDGE_SECRET, 'CA2', Date.now() + 60_000),
    ],
    [
      'a token that has run out',
      'token_expired',
      () => makeCallToken(BRIDGE_SECRET, 'CA1', Date.now() - 1),
    ],
    [
      'a good token that was not the newest',
      'token_invalid',
      () => makeCallToken(BRIDGE_SECRET, 'CA1', Date.now() + 60_000),
    ],
  ])(
    'is closed with %s, and the call waits on for its own stream',
    async (_what, code, makeToken) => {
      const { token: good } = await bridge.admit('CA1');
      const token = makeToken();
      const stranger = connectTwilio(
        bridge.server.port,
        'CA1',
        token === undefined ? {} : { token },
      );
      await stranger.opened;
      stranger.start();
      stranger.media(Buffer.alloc(160));
      expect(await stranger.closed).toEqual({ code: 1008, reason: code });
      const phone = connectTwilio(bridge.server.port, 'CA1', { token: good });
      await phone.opened;
      phone.start();
      await bridge.waitForLog('media stream started');
      phone.socket.close();
    },
  );

  it('is closed when start names another call than the address', async () => {
    const { token } = await bridge.admit('CA1');
    const phone = connectTwilio(bridge.server.port, 'CA1', { token });
    await phone.opened;
    phone.start({}, { callSid: 'CA2' });
    expect(await phone.closed).toEqual({ code: 1008, reason: 'call_sid_mismatch' });
  });

  it('may use a token only once', async () => {
    const { token } = await bridge.admit('CA1');
    const first = connectTwilio(bridge.server.port, 'CA1', { token });
    await first.opened;
    first.start();
    await bridge.waitForLog('media stream started');
    first.send({ event: 'stop', stop: { callSid: 'CA1' } });
    await bridge.waitForLog('call ended');
    await bridge.admit('CA1');
    const second = connectTwilio(bridge.server.port, 'CA1', { token });
    await second.opened;
    second.start();
    expect(await second.closed).toEqual({ code: 1008, reason: 'token_invalid' });
  });

  it('is closed when it never sends start', async () => {
    await bridge.admit('CA1');
    const phone = connectTwilio(bridge.server.port, 'CA1');
    await phone.opened;
    expect(await phone.closed).toEqual({ code: 1008, reason: 'start_late' });
  });

  it('is closed when stop or media comes first', async () => {
    await bridge.admit('CA1');
    const stop = connectTwilio(bridge.server.port, 'CA1');
    await stop.opened;
    stop.send({ event: 'stop', stop: { callSid: 'CA1' } });
    expect(await stop.closed).toEqual({ code: 1008, reason: 'start_missing' });
    const media = connectTwilio(bridge.server.port, 'CA1');
    await media.opened;
    media.media(Buffer.alloc(160));
    expect(await media.closed).toEqual({ code: 1008, reason: 'start_missing' });
  });

  it.each([
    ['not JSON', '{"event":', { code: 1007, reason: 'frame_not_json' }],
    ['JSON that is no message', '[1,2]', { code: 1008, reason: 'frame_malformed' }],
    ['a frame of 1 MB', 'x'.repeat(1_000_000), { code: 1009, reason: 'frame_too_large' }],
    ['a start without a body', '{"event":"start"}', { code: 1008, reason: 'frame_malformed' }],
  ])('is closed with a reason for %s', async (_what, frame, closed) => {
    await bridge.admit('CA1');
    const phone = connectTwilio(bridge.server.port, 'CA1');
    await phone.opened;
    phone.send(frame);
    expect(await phone.closed).toEqual(closed);
  });

  it('is closed with a reason for a binary frame', async () => {
    await bridge.admit('CA1');
    const phone = connectTwilio(bridge.server.port, 'CA1');
    await phone.opened;
    phone.socket.send(Buffer.from('{"event":"connected"}'), { binary: true });
    expect(await phone.closed).toEqual({ code: 1003, reason: 'frame_binary' });
  });

  it('is closed for another audio format, and for too many parameters', async () => {
    const { token } = await bridge.admit('CA1');
    const pcm = connectTwilio(bridge.server.port, 'CA1', { token });
    await pcm.opened;
    pcm.start({}, { mediaFormat: { encoding: 'audio/l16', sampleRate: 16000, channels: 1 } });
    expect((await pcm.closed).reason).toBe('stream_format_wrong');
    const many = connectTwilio(bridge.server.port, 'CA1', { token });
    await many.opened;
    many.start(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`p${i}`, 'x'])));
    expect((await many.closed).reason).toBe('custom_parameters_too_many');
  });

  it('is refused when too many sockets wait for their start', async () => {
    await bridge.stop();
    bridge = await startTestBridge(model.url, { BRIDGE_SERVER: engine, MAX_PENDING_SOCKETS: '2' });
    await bridge.admit('CA1');
    const waiting = [1, 2].map(() => connectTwilio(bridge.server.port, 'CA1'));
    await Promise.all(waiting.map(({ opened }) => opened));
    await expect(connectTwilio(bridge.server.port, 'CA1').opened).rejects.toThrow('HTTP 503');
    for (const { socket, closed } of waiting) {
      socket.close();
      await closed;
    }
    await bridge.waitForLog('media-stream closed before its start');
  });
});
