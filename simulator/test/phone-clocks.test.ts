import { CallerAudio, trailingSilenceMs } from '../phone/caller-audio';
import { DelayLine, seededRandom } from '../phone/network';
import { tone } from './phone-stand-ins';

describe('the caller’s microphone', () => {
  afterEach(() => jest.useRealTimers());

  function start() {
    const frames: Buffer[] = [];
    const told: string[] = [];
    const microphone = new CallerAudio({
      frame: (frame, index) => {
        expect(index).toBe(frames.length);
        frames.push(frame);
      },
      speaks: (name) => told.push(`speaks ${name} ${frames.length}`),
      quiet: (name) => told.push(`quiet ${name} ${frames.length}`),
    });
    return { microphone, frames, told };
  }

  it('gives 50 frames of 160 bytes a second, and clips in order', async () => {
    jest.useFakeTimers();
    const { microphone, frames, told } = start();
    microphone.start();
    jest.advanceTimersByTime(100);
    const spoken = Promise.all([microphone.say(tone(50), 'a'), microphone.say(tone(30, 1), 'b')]);
    jest.advanceTimersByTime(900);
    await spoken;
    expect(frames).toHaveLength(50);
    expect(frames.every(({ length }) => length === 160)).toBe(true);
    const audio = Buffer.concat(frames);
    expect(audio.subarray(100 * 8, 180 * 8)).toEqual(Buffer.concat([tone(50), tone(30, 1)]));
    expect(audio.subarray(180 * 8).every((byte) => byte === 0xff)).toBe(true);
    expect(told).toEqual(['speaks a 5', 'quiet a 7', 'speaks b 7', 'quiet b 8']);
    microphone.stop();
  });

  it('loses no frame to a stall, and does not drift', () => {
    jest.useFakeTimers();
    const { microphone, frames } = start();
    microphone.start();
    const real = performance.now();
    jest.advanceTimersByTime(30);
    // The clock goes on while no timer can fire: a stall of the event loop.
    const now = jest.spyOn(performance, 'now').mockReturnValue(real + 1007);
    jest.advanceTimersByTime(20);
    expect(frames).toHaveLength(50);
    now.mockRestore();
    microphone.stop();
  });

  it('resolves what could not be said any more', async () => {
    const { microphone } = start();
    microphone.start();
    const spoken = microphone.say(tone(60_000), 'a novel');
    microphone.stop();
    await spoken;
    await microphone.say(tone(20), 'too late');
  });

  it('knows the silence at the end of a clip', () => {
    expect(trailingSilenceMs(Buffer.concat([tone(20), Buffer.alloc(400, 0xff)]))).toBe(50);
    expect(trailingSilenceMs(Buffer.alloc(80, 0xff))).toBe(10);
  });
});

describe('a delayed network', () => {
  it('delivers at once where there is no delay', () => {
    const line = new DelayLine({ delayMs: 0, jitterMs: 0, random: () => 0.5 });
    let delivered = false;
    line.send(() => {
      delivered = true;
    });
    expect(delivered).toBe(true);
  });

  it('keeps the order under jitter, and delivers nothing early', async () => {
    const line = new DelayLine({ delayMs: 20, jitterMs: 30, random: seededRandom(7) });
    const sentMs = performance.now();
    const delivered: { index: number; afterMs: number }[] = [];
    await new Promise<void>((resolve) => {
      for (let index = 0; index < 100; index += 1) {
        line.send(() => {
          delivered.push({ index, afterMs: performance.now() - sentMs });
          if (index === 99) resolve();
        });
      }
    });
    expect(delivered.map(({ index }) => index)).toEqual([...Array(100).keys()]);
    expect(delivered.every(({ afterMs }) => afterMs >= 19)).toBe(true);
  });

  it('has the same jitter with the same seed', () => {
    const [one, same, other] = [seededRandom(1), seededRandom(1), seededRandom(2)];
    const draw = (random: () => number) => Array.from({ length: 20 }, random);
    const drawn = draw(one);
    expect(draw(same)).toEqual(drawn);
    expect(draw(other)).not.toEqual(drawn);
    expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
  });
});
