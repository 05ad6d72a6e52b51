import { AudioTrack } from '../phone/audio-track';
import { MAX_QUEUED_BYTES, Playback } from '../phone/playback';
import { tone } from './phone-stand-ins';

function start() {
  const track = new AudioTrack();
  const told: string[] = [];
  const startedMs = performance.now();
  const nowMs = () => performance.now() - startedMs;
  const playback = new Playback(nowMs, track, {
    speaks: (atMs) => told.push(`speaks ${atMs}`),
    quiet: (atMs, playedMs) => told.push(`quiet ${atMs} ${playedMs}`),
    reached: (mark, cleared) => told.push(`${cleared ? 'cleared' : 'reached'} ${mark}`),
    overflowed: () => told.push('overflowed'),
  });
  return { playback, track, told };
}

describe('playback', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('reaches a mark when the audio before it has been played, and not before', () => {
    const { playback, told } = start();
    playback.play(tone(100));
    playback.mark('a');
    playback.play(tone(50, 1));
    playback.mark('b');
    jest.advanceTimersByTime(99);
    expect(told).toEqual(['speaks 0']);
    jest.advanceTimersByTime(1);
    expect(told).toEqual(['speaks 0', 'reached a']);
    jest.advanceTimersByTime(50);
    expect(told).toEqual(['speaks 0', 'reached a', 'quiet 150 150', 'reached b']);
    expect(playback.heardMs).toBe(150);
  });

  it('reaches a mark at once if nothing is queued', () => {
    const { playback, told } = start();
    playback.mark('a');
    expect(told).toEqual(['reached a']);
  });

  it('drops the queue on clear, and knows to the byte what was heard', () => {
    const { playback, track, told } = start();
    playback.play(tone(100));
    playback.mark('a');
    playback.play(tone(100, 1));
    playback.mark('b');
    playback.mark('c');
    jest.advanceTimersByTime(130);
    expect(playback.clear()).toEqual({
      atMs: 130,
      playedMs: 130,
      heardMs: 130,
      droppedMs: 70,
      marks: ['b', 'c'],
    });
    expect(told).toEqual(['speaks 0', 'reached a', 'quiet 130 130', 'cleared b', 'cleared c']);
    const [segment] = track.segments;
    expect(segment?.bytes).toEqual(Buffer.concat([tone(100), tone(100, 1)]).subarray(0, 130 * 8));
    jest.advanceTimersByTime(1000);
    expect(playback.heardMs).toBe(130);
    expect(told).toHaveLength(5);
  });

  it('keeps the gaps between what was heard', () => {
    const { playback, track } = start();
    playback.play(tone(20));
    jest.advanceTimersByTime(50);
    playback.play(tone(20, 1));
    jest.advanceTimersByTime(50);
    expect(track.segments).toEqual([
      { atMs: 0, bytes: tone(20) },
      { atMs: 50, bytes: tone(20, 1) },
    ]);
    const heard = track.render(100);
    expect(heard).toHaveLength(800);
    expect(heard.subarray(0, 160)).toEqual(tone(20));
    expect(heard.subarray(160, 400).every((byte) => byte === 0xff)).toBe(true);
    expect(heard.subarray(400, 560)).toEqual(tone(20, 1));
  });

  it('plays on without a gap what comes before the end', () => {
    const { playback, told } = start();
    for (let part = 0; part < 10; part += 1) {
      playback.play(tone(30));
      jest.advanceTimersByTime(20);
    }
    jest.advanceTimersByTime(1000);
    expect(told).toEqual(['speaks 0', 'quiet 300 300']);
  });

  it('queues ten minutes, and throws the rest away', () => {
    const { playback, told } = start();
    playback.play(Buffer.alloc(MAX_QUEUED_BYTES));
    playback.play(Buffer.alloc(1));
    expect(told).toEqual(['speaks 0', 'overflowed']);
    playback.stop();
  });
});
