import { decodeMulaw, encodeMulaw } from '../../protocol/mulaw';
import { allClips, clip } from '../../simulator/clips/clips';
import { type AudioFormat, convertAudio, silence } from '../../simulator/model/audio-format';
import { hum } from '../../simulator/model/hum';
import { seededRandom } from '../../simulator/phone/network';
import { isEcho } from '../sound/echo';
import { judgeSound } from '../sound/sound';

const PCMU: AudioFormat = { type: 'audio/pcmu' };
const PCMA: AudioFormat = { type: 'audio/pcma' };
const PCM: AudioFormat = { type: 'audio/pcm', rate: 24_000 };

const clips = allClips().map(({ name, audio }) => [name, audio] as const);

/** What a caller hears who hangs up after two seconds. */
const beginningOf = (audio: Buffer) => audio.subarray(0, 16_000);

const signal = (ms: number, sampleAt: (at: number) => number) =>
  Buffer.from(
    Uint8Array.from({ length: ms * 8 }, (_, at) => encodeMulaw(Math.round(sampleAt(at)))),
  );

const tone = (hz: number) => (at: number) => 6_000 * Math.sin((2 * Math.PI * hz * at) / 8_000);

const noise = (amplitude: number) => {
  const random = seededRandom(7);
  return () => amplitude * (2 * random() - 1);
};

describe('The judge of sound', () => {
  it.each(clips)('takes %s for speech', (_name, audio) => {
    expect(judgeSound(beginningOf(audio)).kind).toBe('speech');
  });

  it.each(clips)('hears that %s was 16-bit linear and taken for mu-law', (_name, audio) => {
    const linear = convertAudio(audio, PCMU, PCM);
    expect(judgeSound(beginningOf(linear)).kind).toBe('pcm16');
    expect(judgeSound(beginningOf(linear.subarray(1))).kind).toBe('pcm16');
  });

  it.each(clips)('hears that %s was A-law and taken for mu-law', (_name, audio) => {
    expect(judgeSound(beginningOf(convertAudio(audio, PCMU, PCMA))).kind).toBe('alaw');
  });

  it.each(clips)('hears that %s is clipped', (_name, audio) => {
    const loud = Buffer.from(audio.map((byte) => encodeMulaw(decodeMulaw(byte) * 20)));
    expect(judgeSound(beginningOf(loud)).kind).toBe('clipped');
  });

  it('hears noise, quiet and loud, and bytes that mean nothing', () => {
    const random = seededRandom(3);
    expect(judgeSound(signal(1_500, noise(2_000))).kind).toBe('noise');
    expect(judgeSound(signal(1_500, noise(32_000))).kind).toBe('noise');
    const bytes = Buffer.from(Uint8Array.from({ length: 12_000 }, () => random() * 256));
    expect(judgeSound(bytes).kind).toBe('noise');
  });

  it('hears silence, in any of the formats, and in nothing at all', () => {
    for (const format of [PCMU, PCMA, PCM]) {
      expect(judgeSound(silence(1_000, format)).kind).toBe('silence');
    }
    expect(judgeSound(signal(1_000, noise(100))).kind).toBe('silence');
    expect(judgeSound(Buffer.alloc(0)).kind).toBe('silence');
  });

  it('hears a steady tone, and mains hum', () => {
    expect(judgeSound(signal(1_000, tone(440))).kind).toBe('tone');
    expect(judgeSound(signal(1_000, tone(1_000))).kind).toBe('tone');
    expect(judgeSound(signal(1_000, tone(100))).kind).toBe('tone');
  });

  it('lets the hum of the simulated model pass for speech, for it has pitch and words', () => {
    expect(judgeSound(hum('We look forward to seeing you.')).kind).toBe('speech');
    expect(judgeSound(hum('Hello. How can I help?')).kind).toBe('speech');
  });
});

describe('The ear for a parrot', () => {
  const spoken = clip('caller-goodbye').audio;
  const around = (middle: Buffer) => Buffer.concat([silence(333, PCMU), middle, silence(80, PCMU)]);

  it('finds the utterance in what is heard, though its edges are cut', () => {
    expect(isEcho(around(spoken), spoken)).toBe(true);
    expect(isEcho(around(spoken.subarray(600, -900)), spoken)).toBe(true);
  });

  it('finds nothing where a single byte is another, or another speaks', () => {
    const changed = Buffer.from(spoken);
    changed.writeUInt8((changed.readUInt8(2_000) + 1) % 256, 2_000);
    expect(isEcho(around(changed), spoken)).toBe(false);
    expect(isEcho(clip('agent-goodbye').audio, spoken)).toBe(false);
  });
});
