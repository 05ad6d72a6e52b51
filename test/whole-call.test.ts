import { clip } from '../simulator/clips/clips';
import { saidBy, setStage, type Stage, verbsOf } from './stage/stage';

jest.setTimeout(60_000);

describe('A whole call, from the webhook to the model and back', () => {
  let stage: Stage;

  beforeEach(() => jest.spyOn(console, 'log').mockImplementation(() => undefined));
  afterEach(async () => {
    await stage.close();
    jest.restoreAllMocks();
  });

  it('brings an utterance back byte for byte from a model that is a parrot', async () => {
    stage = await setStage({
      parrot: true,
      script: { greeting: { clip: 'agent-greeting' }, replies: [] },
    });
    const spoken = clip('caller-thanks').audio;
    const call = stage.call({
      streamSid: '3f8e2a44-7a52-4e67-9c1b-0e6f5d3a9b10',
      firstTimestampMs: 1_234,
      script: [
        { wait: 'agent-finished' },
        { say: spoken },
        { wait: 'agent-finished' },
        { hangUp: true },
      ],
    });
    const report = await call.finished;
    expect(report.errors).toEqual([]);
    expect(report.ok).toBe(true);
    const [session] = stage.model.sessions;
    if (session === undefined) throw new Error('no session');
    expect(session.record.audioBeforeUpdated).toBe(false);
    expect(session.record.errors).toEqual([]);
    // What the caller heard is what the model said, and what it said back is what was spoken.
    const said = Buffer.concat(session.record.spoken.map(({ audio }) => audio));
    const heard = Buffer.concat(call.heard().map(({ bytes }) => bytes));
    expect(heard.equals(said)).toBe(true);
    expect(
      heard.subarray(0, clip('agent-greeting').audio.length).equals(clip('agent-greeting').audio),
    ).toBe(true);
    const loud = spoken.subarray(4_000, spoken.length - 4_000);
    expect(said.includes(loud)).toBe(true);
    expect(session.record.appendedBytes.includes(spoken)).toBe(true);
    expect(report.stream?.framesSent).toBe(session.record.appendedByteCount / 160);
  });

  it('goes through greeting, question and answer with the receptionist', async () => {
    stage = await setStage({});
    const call = stage.call({
      script: [
        { wait: 'agent-finished' },
        { say: clip('caller-goodbye').audio },
        { wait: 'agent-finished' },
      ],
    });
    const report = await call.finished;
    expect(report.ok).toBe(true);
    expect(verbsOf(report)[0]).toEqual(['Connect', 'Stream', 'Parameter']);
    expect(report.twiml.flatMap(({ findings }) => findings)).toEqual([]);
    expect(report.statusEvents.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['stream-started', 'stream-stopped', 'completed']),
    );
    expect(await stage.bridge.calls.read(call.callSid)).toMatchObject({
      end: { by: 'caller' },
      errors: [],
    });
    expect(stage.bridge.calls.size).toBe(0);
  });

  it('loses no byte when the model takes 1.2 s to get ready', async () => {
    stage = await setStage({ faults: { readyMs: 1_200 } });
    const spoken = clip('caller-goodbye').audio;
    const call = stage.call({
      script: [{ wait: 'stream-started' }, { say: spoken }, { wait: 'agent-finished' }],
    });
    const report = await call.finished;
    const [session] = stage.model.sessions;
    expect(report.ok).toBe(true);
    expect(session?.record.audioBeforeUpdated).toBe(false);
    expect(session?.record.appendedByteCount).toBe((report.stream?.framesSent ?? 0) * 160);
    expect(session?.record.appendedBytes.includes(spoken)).toBe(true);
  });

  it('cuts the agent short when the caller interrupts, and never beyond what was said', async () => {
    stage = await setStage({});
    const call = stage.call({
      delayMs: 40,
      jitterMs: 20,
      script: [
        { wait: 'agent-speaks' },
        { waitMs: 400 },
        { say: clip('caller-interrupt').audio },
        { wait: 'agent-finished' },
      ],
    });
    const report = await call.finished;
    const [session] = stage.model.sessions;
    expect(report.ok).toBe(true);
    expect(report.stream?.clears).toBe(1);
    expect(session?.record.truncations).toHaveLength(1);
    expect(session?.record.errors).toEqual([]);
    expect(await stage.bridge.calls.read(call.callSid)).toMatchObject({ bargeIns: 1 });
  });

  it('is whole in test mode with the bridge and the model down', async () => {
    stage = await setStage({});
    await stage.bridge.stop();
    await stage.model.close();
    for (const route of ['/test-mode', '/stream-mode?test_mode=true']) {
      const report = await stage.call({ route }).finished;
      expect(report.ok).toBe(true);
      expect(report.stream).toBeNull();
      expect(saidBy(report)).not.toBe('');
    }
  });
});
