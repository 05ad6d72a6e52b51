import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LogLine, startTestBridge, type TestBridge } from './stand-in/bridge';
import { type StandInModel, startStandInModel } from './stand-in/model';

const agent = (name: string, instructions: string) =>
  `name: ${name}\nlanguage: en\nvoice: marin\ninstructions: ${instructions}\n`;

/** A warning, but not that of a machine on which the native server cannot load. */
const isWarning = ({ level, code }: LogLine) =>
  level === 40 && code !== 'native_server_unavailable';

describe('An agent file that is edited while the bridge runs', () => {
  let folder: string;
  let model: StandInModel;
  let bridge: TestBridge;
  let calls = 0;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'agents-'));
    write('receptionist', agent('receptionist', 'The first.'));
    model = await startStandInModel();
    bridge = await startTestBridge(model.url, { AGENTS_FOLDER: folder });
  });

  afterEach(async () => {
    await bridge.stop();
    model.close();
    rmSync(folder, { recursive: true });
  });

  const write = (name: string, content: string) =>
    writeFileSync(join(folder, `${name}.yaml`), content);

  /** What the model is told on the next call. */
  const instructionsOf = async (name?: string): Promise<unknown> => {
    calls += 1;
    const opened = model.nextSession();
    await bridge.admit(`CA${calls}`, name === undefined ? {} : { agent: name });
    const { session } = await (await opened).waitFor('session.update');
    return (session as { instructions: unknown }).instructions;
  };

  const refusalOf = async (name: string) => {
    calls += 1;
    const { status, body } = await bridge.post('/calls', { callSid: `CA${calls}`, agent: name });
    return { status, code: body.code, message: String(body.message) };
  };

  const warnings = () => bridge.logs.filter(isWarning);

  it('takes effect on the next call', async () => {
    expect(await instructionsOf()).toBe('The first.');
    write('receptionist', agent('receptionist', 'The other'));
    expect(await instructionsOf()).toBe('The other');
    expect(warnings()).toEqual([]);
  });

  it('takes effect where a save puts a file of the same size in its place', async () => {
    expect(await instructionsOf()).toBe('The first.');
    const beside = join(folder, 'receptionist.yaml~');
    writeFileSync(beside, agent('receptionist', 'The tsrif.'));
    renameSync(beside, join(folder, 'receptionist.yaml'));
    expect(await instructionsOf()).toBe('The tsrif.');
  });

  it('keeps its last good version where the edit is broken, and says so once a version', async () => {
    write('receptionist', `${agent('receptionist', 'The broken.')}vioce: marin\n`);
    expect(await instructionsOf()).toBe('The first.');
    expect(await instructionsOf()).toBe('The first.');
    expect(warnings()).toMatchObject([
      {
        msg: 'agent file cannot be used: the last good version stays in force',
        faults: [expect.stringContaining('receptionist.yaml:5: vioce: ')],
      },
    ]);
    write('receptionist', '');
    expect(await instructionsOf()).toBe('The first.');
    expect(warnings()).toHaveLength(2);
    write('receptionist', agent('receptionist', 'Mended.'));
    expect(await instructionsOf()).toBe('Mended.');
    expect(warnings()).toHaveLength(2);
  });

  it('is found where it is new', async () => {
    expect(await refusalOf('night')).toMatchObject({ status: 503, code: 'agent_unknown' });
    write('night', agent('night', 'Good night.'));
    expect(await instructionsOf('night')).toBe('Good night.');
  });

  it('is refused where it is new and broken, with a word on where to look', async () => {
    write('night', 'name: night\n');
    const refusal = await refusalOf('night');
    expect(refusal).toMatchObject({ status: 503, code: 'agent_unknown' });
    expect(warnings()).toMatchObject([
      { msg: 'agent file cannot be used' },
      { msg: 'call not admitted', code: 'agent_unknown' },
      { msg: 'request refused', detail: 'night: its file has faults, which the log names' },
    ]);
    write('night', agent('night', 'Good night.'));
    expect(await instructionsOf('night')).toBe('Good night.');
  });

  it('is gone where it was deleted', async () => {
    write('night', agent('night', 'Good night.'));
    expect(await instructionsOf('night')).toBe('Good night.');
    rmSync(join(folder, 'night.yaml'));
    expect(await refusalOf('night')).toMatchObject({ code: 'agent_unknown' });
    expect(await instructionsOf()).toBe('The first.');
  });

  it('is looked for in its folder alone', async () => {
    writeFileSync(`${folder}.yaml`, agent('outside', 'Outside.'));
    for (const name of ['../outside', `../${folder.split('/').at(-1) ?? ''}`, '/etc/passwd', '..'])
      expect(await refusalOf(name)).toMatchObject({ code: 'agent_unknown' });
    rmSync(`${folder}.yaml`);
  });

  it('is refused where the call lacks a variable', async () => {
    write('night', `${agent('night', '"{{day}}"')}variables: { day: { type: date } }\n`);
    expect(await refusalOf('night')).toMatchObject({ status: 503, code: 'agent_variable_missing' });
  });
});

describe('At the start', () => {
  const start = async (files: Record<string, string>, more: Record<string, string> = {}) => {
    const folder = mkdtempSync(join(tmpdir(), 'agents-'));
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    try {
      return await startTestBridge('ws://127.0.0.1:9/', { AGENTS_FOLDER: folder, ...more });
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  it('every fault of every agent file is named', async () => {
    const starting = start({ 'receptionist.yaml': 'name: a\n', 'b.yml': 'vioce: x\n' });
    await expect(starting).rejects.toThrow(/receptionist\.yaml:1: voice: is missing/);
    await expect(starting).rejects.toThrow(/b\.yml:1: vioce: /);
  });

  it('a folder that there is none of is named', async () => {
    await expect(
      startTestBridge('ws://127.0.0.1:9/', { AGENTS_FOLDER: '/nowhere' }),
    ).rejects.toThrow('/nowhere: there is no such folder of agent files');
  });

  it('an agent that has two files is named', async () => {
    const files = { 'receptionist.yaml': agent('receptionist', 'x') };
    await expect(
      start({ ...files, 'receptionist.yml': agent('receptionist', 'y') }),
    ).rejects.toThrow('receptionist.yaml and receptionist.yml are both there');
  });

  it('an agent that AGENT names and the folder lacks is named', async () => {
    await expect(start({ 'night.yaml': agent('night', 'x') })).rejects.toThrow(
      /AGENT is receptionist, but .* has only: night/,
    );
  });

  it('a model or voice that is unknown or near its end is a warning, not a refusal', async () => {
    const bridge = await start(
      {
        'receptionist.yaml': agent('receptionist', 'x').replace('marin', 'onyx'),
        'night.yaml': `${agent('night', 'x')}model: gpt-realtime-9\ntranscription: whisper-1\n`,
      },
      { REALTIME_MODEL: 'gpt-realtime' },
    );
    const texts = bridge.logs.filter(isWarning).map(({ msg }) => msg);
    await bridge.stop();
    expect(texts.sort()).toEqual([
      expect.stringMatching(/^REALTIME_MODEL: gpt-realtime (is|was) shut down on 2027-01-20/),
      'agent file: model: gpt-realtime-9 is not a model that this version knows',
      expect.stringMatching(
        /^agent file: transcription: whisper-1 (is|was) shut down on 2027-02-26/,
      ),
      expect.stringMatching(/^agent file: voice: onyx is not a voice/),
    ]);
  });
});
