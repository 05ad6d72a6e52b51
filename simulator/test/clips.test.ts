import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MULAW_BYTES_PER_MS } from '@realtime-phone/protocol/mulaw';
import { allClips, clip, clipsFolder } from '../clips/clips';
import { samplesOf } from '../model/audio-format';
import { loudness } from '../model/voice-activity';

const PCMU = { type: 'audio/pcmu' } as const;
const WAV = join(__dirname, '../../assets/one-moment.wav');
const SPEAKERS = [
  ['espeak-ng', '--version'],
  ['sox', '--version'],
] as const;

const missing = SPEAKERS.filter(([program, argument]) => {
  try {
    execFileSync(program, [argument], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
}).map(([program]) => program);

const isSkipped = missing.length > 0 && process.env.NOTHING_SKIPPED !== '1';
const testWithSpeakers = isSkipped ? test.skip : test;

/** Loudness 0..1 of each 20 ms. */
function levels(audio: Buffer): number[] {
  return Array.from({ length: Math.floor(audio.length / 160) }, (_, at) =>
    loudness(samplesOf(audio.subarray(at * 160, at * 160 + 160), PCMU)),
  );
}

/** The samples of a WAV: what follows the header of its `data` chunk. */
function dataOf(wav: Buffer): Buffer {
  const at = wav.indexOf('data');
  return wav.subarray(at + 8, at + 8 + wav.readUInt32LE(at + 4));
}

test('there are lines of the agent and of the caller, all together under 300 kB', () => {
  const clips = allClips();
  expect(clips.filter(({ who }) => who === 'agent').length).toBeGreaterThanOrEqual(3);
  expect(clips.filter(({ who }) => who === 'caller').length).toBeGreaterThanOrEqual(3);
  expect(clips.reduce((sum, { audio }) => sum + audio.length, 0)).toBeLessThan(300_000);
});

test.each(allClips().map(({ name, audio }) => [name, audio] as const))(
  '%s is loud, and begins within 100 ms',
  (_, audio) => {
    const each = levels(audio);
    expect(each.findIndex((level) => level > 0.5)).toBeLessThan(5);
    expect(Math.max(...each)).toBeGreaterThan(0.95);
  },
);

test('an unknown clip is named, with those that there are', () => {
  expect(() => clip('no-such')).toThrow(/no clip no-such; there are agent-greeting, /);
});

test('the folder is found from the source and from a bundle under dist/', () => {
  const root = join(__dirname, '../..');
  const folder = join(root, 'simulator/clips');
  expect(clipsFolder()).toBe(folder);
  expect(clipsFolder(join(root, 'dist/commands'))).toBe(folder);
  expect(() => clipsFolder('/')).toThrow('no simulator/clips/clips.json');
});

test('one-moment.wav is mu-law at 8 kHz, mono', () => {
  const wav = readFileSync(WAV);
  const format = wav.indexOf('fmt ') + 8;
  expect(wav.toString('latin1', 0, 4)).toBe('RIFF');
  expect(wav.readUInt16LE(format)).toBe(7); // WAVE_FORMAT_MULAW
  expect(wav.readUInt16LE(format + 2)).toBe(1);
  expect(wav.readUInt32LE(format + 4)).toBe(8_000);
  const { length } = dataOf(wav);
  expect(length).toBeGreaterThan(800 * MULAW_BYTES_PER_MS);
  expect(length).toBeLessThan(3_000 * MULAW_BYTES_PER_MS);
});

testWithSpeakers('make-clips.sh makes what is shipped (needs espeak-ng and sox)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'clips-'));
  try {
    const assets = join(folder, 'assets');
    mkdirSync(assets);
    const waiting = join(folder, 'waiting');
    execFileSync(join(clipsFolder(), 'make-clips.sh'), [folder, assets, waiting], {
      stdio: 'pipe',
    });
    expect(readdirSync(waiting)).toEqual(readdirSync(join(__dirname, '../../bridge/clips')));
    const made = allClips(folder);
    expect(made.map(({ name, who, text }) => ({ name, who, text }))).toEqual(
      allClips().map(({ name, who, text }) => ({ name, who, text })),
    );
    const pairs = allClips().map(({ name, audio }, at) => [name, audio, made[at]?.audio] as const);
    const moment = join(assets, 'one-moment.wav');
    expect(existsSync(moment)).toBe(true);
    const wavs = ['one-moment', dataOf(readFileSync(WAV)), dataOf(readFileSync(moment))] as const;
    for (const [, shipped, again = Buffer.alloc(0)] of [...pairs, wavs]) {
      // Another version of espeak-ng or sox may differ a little.
      expect(Math.abs(again.length / shipped.length - 1)).toBeLessThan(0.1);
      const mean = (audio: Buffer) => {
        const each = levels(audio);
        return each.reduce((sum, level) => sum + level, 0) / each.length;
      };
      expect(Math.abs(mean(again) - mean(shipped))).toBeLessThan(0.1);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
