import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeMulaw } from '@realtime-phone/protocol/mulaw';
import { startStandInCall, type StandInCall } from './stand-in/call';
import { makeRecordingsFolder, type RecordingsFolder, soundsOf } from './stand-in/recordings';

const BEFORE = 99;

describe('The recording of a call', () => {
  let call: StandInCall;
  let folder: RecordingsFolder;

  beforeEach(async () => {
    folder = makeRecordingsFolder();
    call = await startStandInCall(
      'recording: { consent: This call is recorded. }\n',
      folder.environment,
    );
    say(Buffer.alloc(160, BEFORE));
    call.respond('consent', 100);
    call.finish('consent');
    await call.phone.waitFor('mark');
    call.echoMarks();
    await call.bridge.waitForLog('recording begun');
    call.session.confirm();
  });
  afterEach(async () => {
    await call.close();
    folder.remove();
  });

  const startedAtMs = performance.now();
  const say = (bytes: Buffer) =>
    call.phone.send({
      event: 'media',
      media: {
        track: 'inbound',
        timestamp: String(Math.round(performance.now() - startedAtMs)),
        payload: bytes.toString('base64'),
      },
    });
  const end = async () => {
    call.phone.send({ event: 'stop' });
    await once(call.phone.socket, 'close');
    await call.bridge.waitForLog('call recorded');
    return folder.read('CA1.wav');
  };

  it('has the bytes of the caller, in order, and nothing from before the consent', async () => {
    const frames = Array.from({ length: 25 }, (_, frame) => Buffer.alloc(160, frame + 1));
    for (const frame of frames) {
      say(frame);
      await sleep(20);
    }
    await call.settle();
    const { left } = await end();
    const counts = new Map<number, number>();
    for (const sample of left) if (sample !== 0) counts.set(sample, (counts.get(sample) ?? 0) + 1);
    expect(counts.has(decodeMulaw(BEFORE))).toBe(false);
    const [first, ...rest] = frames.map((frame) => decodeMulaw(frame[0] ?? 0));
    // The head of the first frame may be from before the recording began.
    expect([...counts.keys()].filter((sample) => sample !== first)).toEqual(rest);
    expect(rest.map((sample) => counts.get(sample))).toEqual(rest.map(() => 160));
  });

  it('has of what the agent said what the caller heard before they cut in', async () => {
    call.respond('r1', 5_000);
    await call.phone.waitFor('mark', 2);
    await sleep(400);
    call.speechStarted();
    await call.phone.waitFor('clear');
    const cut = await call.session.waitFor('conversation.item.truncate');
    await call.settle();
    const { right } = await end();
    const sounds = soundsOf(right);
    expect(sounds).toHaveLength(1);
    const [{ fromMs, toMs } = { fromMs: 0, toMs: 0 }] = sounds;
    expect(Math.abs(toMs - fromMs - Number(cut.audio_end_ms))).toBeLessThanOrEqual(2);
  });
});
