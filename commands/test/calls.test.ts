import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBase } from '../../bridge/src/records/open-base';
import { makeEntry, makeRecord } from '../../bridge/test/stand-in/record';
import { type CommandFolder, makeCommandFolder } from './stage/command-folder';

jest.setTimeout(60_000);

describe('npm run calls', () => {
  let folder: CommandFolder;
  let store: string;
  let recording: string;

  beforeAll(async () => {
    folder = await makeCommandFolder('calls');
  });
  afterAll(() => folder.remove());
  beforeEach(async () => {
    store = join(folder.path, 'calls.db');
    recording = join(folder.path, 'CA1.wav');
    writeFileSync(recording, '');
    const base = await openBase(store);
    const failed = makeRecord('CA1', {
      callId: 'out_1',
      admittedAt: '2020-01-31T12:00:00.000Z',
      startedAt: '2020-01-31T12:00:01.000Z',
      endedAt: '2020-01-31T12:01:04.000Z',
      end: { by: 'model', code: 'model_closed' },
      course: [{ atMs: 3, what: 'call admitted' }],
      turns: [{ atMs: 900, who: 'agent', text: 'Good evening.', cut: true, responseMs: 420 }],
      tools: [{ atMs: 700, name: 'book', argumentCharacters: 12, ms: 80, result: 'answered' }],
      errors: [{ atMs: 950, code: 'model_closed', message: 'it closed', remedy: 'see why' }],
      recording: { consentHeard: true, files: [{ path: recording, ms: 61_000 }] },
    });
    const other = makeRecord('CA2', { admittedAt: '2999-01-01T00:00:00.000Z' });
    await base.write([
      makeEntry(failed, { resumeData: '{"request":{"from":"+15550100001"}}' }),
      makeEntry(other),
    ]);
    await base.close();
  });

  const calls = (args: string) =>
    folder.run('calls', args.split(' '), { CALL_STORE: store, RECORDINGS_FOLDER: folder.path });

  it('lists the newest first, a line each', async () => {
    const { code, output, errors } = await calls('list');
    expect([code, errors]).toEqual([0, '']);
    const lines = output.trim().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(/^2999-01-01 .* in progress .* CA2$/);
    expect(lines[2]).toMatch(/ 1:03 .* model: model_closed .* CA1$/);
    const json = JSON.parse((await calls('list --limit 1 --json')).output) as { calls: object[] };
    expect(json.calls).toMatchObject([{ callSid: 'CA2' }]);
  });

  it('shows a call as a reader would like it, and nothing of what is private', async () => {
    const { code, output } = await calls('show out_1');
    expect(code).toBe(0);
    for (const part of [
      'agent: “Good evening.” (cut short)',
      'tool book answered after 80 ms',
      'answers after 420 ms',
      'model_closed: it closed\n  what to do: see why',
    ])
      expect(output).toContain(part);
    expect(output).not.toContain('+15550100001');
  });

  it('deletes with the recordings, all or nothing, and says what it did', async () => {
    const wrong = await calls('delete CA1 CA9');
    expect([wrong.code, wrong.errors]).toEqual([1, expect.stringMatching(/call_unknown.*CA9/)]);
    expect(existsSync(recording)).toBe(true);
    expect((await calls('delete --older-than 1d')).output).toMatch(/^1 calls before .*--yes/);
    const { code, output } = await calls('delete --older-than 1d --yes');
    expect([code, output]).toEqual([
      0,
      `deleted CA1\n  recording ${recording} deleted\n1 deleted\n`,
    ]);
    expect(existsSync(recording)).toBe(false);
    expect((await calls('show CA1')).code).toBe(1);
    expect((await calls('list')).output).toContain('CA2');
  });

  it('says what is wrong with options, and with a store that is not there', async () => {
    expect((await calls('delete')).code).toBe(2);
    expect((await calls('delete --older-than soon')).code).toBe(2);
    const { code, errors } = await folder.run('calls', ['list'], { CALL_STORE: `${store}.none` });
    expect([code, errors]).toEqual([1, expect.stringMatching(/store_unavailable.*there is no/)]);
    expect(existsSync(`${store}.none`)).toBe(false);
  });
});
