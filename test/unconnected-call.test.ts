import { saidBy, setStage, type Stage, verbsOf } from './stage/stage';

jest.setTimeout(60_000);

describe('A call that cannot be connected', () => {
  let stage: Stage;

  beforeEach(() => jest.spyOn(console, 'log').mockImplementation(() => undefined));
  afterEach(async () => {
    await stage.close();
    jest.restoreAllMocks();
  });

  const expectFallback = async (options: Parameters<Stage['call']>[0] = {}) => {
    const report = await stage.call(options).finished;
    expect(saidBy(report)).toMatch(/sorry|cannot|unable|trouble/i);
    expect(report.twiml.every(({ status, ms }) => status === 200 && ms < 2_000)).toBe(true);
    return report;
  };

  it('hears the fallback when the bridge is down', async () => {
    stage = await setStage({});
    await stage.bridge.stop();
    expect((await expectFallback()).stream).toBeNull();
  });

  it('hears the fallback when the bridge is full, and the call that is there goes on', async () => {
    stage = await setStage({}, { MAX_CALLS: '1' });
    const first = stage.call({ script: [{ wait: 'stream-started' }, { wait: 'agent-finished' }] });
    const started = new Promise<void>((resolve) =>
      first.on(({ kind }) => {
        if (kind === 'stream-started') resolve();
      }),
    );
    await started;
    expect((await expectFallback()).stream).toBeNull();
    expect((await first.finished).ok).toBe(true);
  });

  it('hears the fallback within a second after MODEL_READY_MS', async () => {
    stage = await setStage({ faults: { neverUpdates: true } }, { MODEL_READY_MS: '500' });
    const report = await expectFallback();
    expect(report.stream).toMatchObject({ accepted: true, closeReason: 'model_not_ready' });
    const [, ended] = report.twiml;
    const startedAtMs = report.stream?.startedAtMs ?? Infinity;
    expect((ended?.atMs ?? Infinity) + (ended?.ms ?? Infinity) - startedAtMs).toBeLessThan(1_500);
  });

  it.each([
    ['drops in mid-sentence', { drop: { afterDeltas: 3 } }, 'model_closed'],
    ['closes with 1011', { close: { code: 1011, afterDeltas: 3 } }, 'model_closed'],
    ['refuses the key', { refuseStatus: 401 }, 'model_refused'],
    ['has no quota left', { failResponse: 'insufficient_quota' }, 'model_response_failed'],
    ['keeps another audio format', { wrongFormat: true }, 'model_format_wrong'],
  ] as const)(
    'hears the fallback, never silence, when the model %s',
    async (_what, faults, code) => {
      stage = await setStage({ faults });
      const report = await expectFallback({ afterScript: 'stay' });
      expect(report.stream?.closeReason).toBe(code);
      expect(report.endedBy).toBe('far-end');
    },
  );

  it('hears the fallback when the model is silent', async () => {
    stage = await setStage({ faults: { silent: true } }, { MODEL_AUDIO_MS: '400' });
    expect((await expectFallback({ afterScript: 'stay' })).stream?.closeReason).toBe(
      'model_silent',
    );
  });

  it('hears a word and the fallback when the bridge dies in mid-call', async () => {
    stage = await setStage({});
    const call = stage.call({ afterScript: 'stay', pauseScale: 0.02 });
    await new Promise<void>((resolve) =>
      call.on(({ kind }) => {
        if (kind === 'agent-audio-first') resolve();
      }),
    );
    await stage.bridge.server.close();
    const report = await call.finished;
    expect(verbsOf(report)[1]).toEqual(['Play', 'Pause', 'Redirect']);
    expect(report.twiml.length).toBeGreaterThan(8);
    expect(saidBy(report)).not.toBe('');
  });
});
