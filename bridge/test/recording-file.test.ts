import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Recordings } from '../src/recording/recordings';
import { WaveFile } from '../src/recording/wave-file';
import { makeRecordingsFolder, readWave, samplesOf } from './stand-in/recordings';
import { startTestBridge } from './stand-in/bridge';
import { type StandInCall, startStandInCall } from './stand-in/call';

/** Every byte of mu-law there is, over and over. */
const every = (bytes: number, first = 0) =>
  Buffer.from(Array.from({ length: bytes }, (_, at) => (first + at) & 0xff));

describe('A file of a recording', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'recordings-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const begin = (callSid = 'CA1', number = 1) => {
    const faults: unknown[] = [];
    const file = new Recordings(folder).begin(callSid, number, (error) => faults.push(error));
    return { ...file, faults };
  };

  it('holds both sides, every byte as it came, the caller left', async () => {
    const { wave, path, close } = begin();
    wave.append(every(4_000), every(4_000, 100));
    wave.append(every(160, 7), every(160, 50));
    await close();
    const { left, right } = readWave(readFileSync(path));
    expect(left).toEqual(samplesOf(Buffer.concat([every(4_000), every(160, 7)])));
    expect(right).toEqual(samplesOf(Buffer.concat([every(4_000, 100), every(160, 50)])));
    expect(wave.lengthMs).toBe(520);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('can be read up to the last block where nobody comes to close it', async () => {
    const file = await open(join(folder, 'crash.wav'), 'wx');
    const wave = new WaveFile(Promise.resolve(file), () => undefined);
    wave.append(every(8_000), every(8_000));
    while (statSync(join(folder, 'crash.wav')).size < 44 + 32_000 || lengthOf('crash.wav') === 0)
      await new Promise((resolve) => setImmediate(resolve));
    expect(lengthOf('crash.wav')).toBe(8_000);
    await file.close();
  });
  const lengthOf = (name: string) => readWave(readFileSync(join(folder, name))).left.length;

  it('is never written over another', async () => {
    writeFileSync(join(folder, 'CA1.wav'), 'of somebody else');
    const { wave, faults, close, remove } = begin();
    wave.append(every(80), every(80));
    await close();
    await remove();
    expect(faults).toEqual([expect.objectContaining({ code: 'EEXIST' })]);
    expect(readFileSync(join(folder, 'CA1.wav'), 'utf8')).toBe('of somebody else');
    expect(wave.lengthMs).toBe(0);
  });

  it('of a disk that is too slow is given up, not kept in memory', () => {
    const faults: unknown[] = [];
    const wave = new WaveFile(new Promise(() => undefined), (error) => faults.push(error));
    for (let second = 0; second < 40; second += 1) wave.append(every(8_000), every(8_000));
    expect(faults).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/behind/) as string }),
    ]);
    expect(wave.lengthMs).toBe(0);
  });

  const onFull = existsSync('/dev/full') ? it : it.skip;
  onFull('on a disk that is full is given up with one error (needs /dev/full)', async () => {
    const faults: unknown[] = [];
    const wave = new WaveFile(open('/dev/full', 'w'), (error) => faults.push(error));
    wave.append(every(8_000), every(8_000));
    wave.append(every(8_000), every(8_000));
    await wave.close();
    expect(faults).toEqual([expect.objectContaining({ code: 'ENOSPC' })]);
  });

  const onSox = hasSox() ? it : it.skip;
  onSox('is what sox takes for a stereo wave of 8000 Hz (needs sox)', async () => {
    const { wave, path, close } = begin();
    wave.append(every(12_000), every(12_000));
    await close();
    const seen = execFileSync('sox', ['--info', path]).toString();
    expect(seen).toMatch(/Channels\s*: 2/);
    expect(seen).toMatch(/Sample Rate\s*: 8000/);
    expect(seen).toMatch(/Precision\s*: 16-bit/);
    expect(seen).toMatch(/12000 samples/);
  });
});

describe('A folder of recordings', () => {
  let call: StandInCall | undefined;
  afterEach(() => call?.close());

  const CONSENT = 'recording: { consent: This call is recorded. }\n';

  it('that is gone costs the recording, with a code and a count, not the call', async () => {
    const folder = makeRecordingsFolder();
    call = await startStandInCall(CONSENT, folder.environment);
    folder.remove();
    call.respond('r1', 100);
    call.finish('r1');
    await call.phone.waitFor('mark');
    call.echoMarks();
    expect(await call.bridge.waitForLog('recording begun')).toBeDefined();
    while (!call.bridge.logs.some(({ code }) => code === 'recording_failed'))
      await new Promise((resolve) => setImmediate(resolve));
    call.speechStarted();
    call.respond('r2', 300);
    await call.phone.waitFor('mark', 2);
    expect(call.phone.socket.readyState).toBe(call.phone.socket.OPEN);
    call.phone.socket.terminate();
    await call.bridge.waitForLog('call ended');
    expect((await call.bridge.operator('/calls/CA1')).body).toMatchObject({
      recording: { consentHeard: true, files: [] },
      errors: [
        { code: 'recording_failed', message: expect.stringMatching(/ENOENT/) as string },
        {},
      ],
    });
    const metrics = await (await fetch(`${call.bridge.url}/metrics`)).text();
    expect(metrics).toMatch(/^bridge_recordings_failed_total 1$/m);
  });

  it('that cannot be made stops the start with one line', async () => {
    call = undefined;
    const file = join(mkdtempSync(join(tmpdir(), 'recordings-')), 'file');
    writeFileSync(file, '');
    await expect(startTestBridge('ws://127.0.0.1:9', { RECORDINGS_FOLDER: file })).rejects.toThrow(
      /^RECORDINGS_FOLDER cannot be written to: /,
    );
  });
});

function hasSox(): boolean {
  try {
    execFileSync('sox', ['--version']);
    return true;
  } catch {
    return false;
  }
}
