import { startTestBridge, type TestBridge } from './stand-in/bridge';
import { type StandInModel, startStandInModel } from './stand-in/model';
import { connectTwilio } from './stand-in/twilio';

const HOUR_MS = 3_600_000;

describe('A clock that is set while a call is admitted', () => {
  let model: StandInModel;
  let bridge: TestBridge;
  const realNow = Date.now.bind(Date);
  const jump = (byMs: number) => jest.spyOn(Date, 'now').mockImplementation(() => realNow() + byMs);

  beforeEach(async () => {
    model = await startStandInModel();
    bridge = await startTestBridge(model.url, { ADMISSION_S: '1', STREAM_IDLE_MS: '400' });
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await bridge.stop();
    model.close();
  });

  it.each([
    ['forward', HOUR_MS],
    ['back', -HOUR_MS],
  ])('by an hour, %s, neither breaks its token nor its stream', async (_way, byMs) => {
    const { token } = await bridge.admit('CA1');
    jump(byMs);
    const phone = connectTwilio(bridge.server.port, 'CA1', { token });
    await phone.opened;
    phone.start();
    await bridge.waitForLog('agent started');
    jump(-byMs);
    phone.media(Buffer.alloc(160));
    await (model.sessions[0] ?? (await model.nextSession())).waitFor('input_audio_buffer.append');
    // The idle limit goes by the monotonic clock as well.
    expect(await phone.closed).toEqual({ code: 1001, reason: 'stream_idle' });
    const { end, heardMs } = (await bridge.operator('/calls/CA1')).body;
    expect({ end, heardMs }).toEqual({ end: { by: 'stream', code: 'stream_idle' }, heardMs: 0 });
  });

  it('back does not prolong an admission', async () => {
    const { token } = await bridge.admit('CA1');
    jump(-HOUR_MS);
    await bridge.waitForLog('call ended');
    const late = connectTwilio(bridge.server.port, 'CA1', { token });
    await expect(late.opened).rejects.toThrow('HTTP 403');
  });
});
