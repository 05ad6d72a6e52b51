import { setImmediate as nextTurn } from 'node:timers/promises';
import { type StandInCall, startStandInCall } from './stand-in/call';

/** A second of audio, so that what the kernel holds is soon full. */
const LONG_FRAME = Buffer.alloc(8_000, 0x5a);
const MOST_FRAMES = 4_000;
const LIMIT_BYTES = 64_000;

describe('A model that takes nothing any more', () => {
  let call: StandInCall;

  const open = async (environment: Readonly<Record<string, string>> = {}) => {
    call = await startStandInCall('', environment);
    call.session.socket.pause();
  };
  afterEach(() => call.close());

  const metrics = async () => (await fetch(`${call.bridge.url}/metrics`)).text();
  const queued = () => call.bridge.calls.queuedBytes[0]?.model ?? 0;
  const speakUntil = async (isEnough: () => boolean) => {
    for (let sent = 0; !isEnough() && sent < MOST_FRAMES; sent += 1) {
      call.phone.media(LONG_FRAME);
      await nextTurn();
    }
  };

  it('is given up once more waits for it than may, and another one hears the caller', async () => {
    await open({ MAX_CALLER_AUDIO_BYTES: String(LIMIT_BYTES / 4) });
    const replacement = call.model.nextSession();
    let mostQueued = 0;
    await speakUntil(() => {
      mostQueued = Math.max(mostQueued, queued());
      return call.model.sessions.length > 1;
    });
    const session = await replacement;
    expect(mostQueued).toBeGreaterThan(0);
    expect(mostQueued).toBeLessThanOrEqual(LIMIT_BYTES);
    await call.bridge.waitForLog('model session replaced');
    const last = Buffer.alloc(160, 0x33);
    call.phone.media(last);
    for (let times = 1; !session.appended().includes(last); times += 1)
      await session.waitFor('input_audio_buffer.append', times);
    const { body } = await call.bridge.operator('/calls/CA1');
    expect(body.errors).toMatchObject([{ code: 'caller_audio_overflow' }]);
    expect(body).not.toHaveProperty('end');
    expect(await metrics()).toContain(
      'bridge_model_sessions_lost_total{code="caller_audio_overflow"} 1',
    );
  });

  it('shows in how much waits for it', async () => {
    await open();
    const depths = async () => {
      const lines = (await metrics()).matchAll(
        /^bridge_call_queued_bytes_bucket\{le="(.+)",leg="model"\} (\d+)$/gm,
      );
      return new Map(Array.from(lines, ([, bound, count]) => [bound, Number(count)]));
    };
    const before = await depths();
    await speakUntil(() => queued() > LIMIT_BYTES);
    const after = await depths();
    expect(after.get('16000')).toBe(before.get('16000'));
    expect(after.get('+Inf')).toBe((before.get('+Inf') ?? 0) + 1);
  });
});
