import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signRequest } from '@realtime-phone/protocol/request-signature';
import { buildSync } from 'esbuild';
import { testWith } from '../../deploy/test/stage/programs';
import manifest from '../package.json';
import type { CallRecord } from '../src/records/call-record';
import { openBase } from '../src/records/open-base';
import { BRIDGE_SECRET, PUBLIC_DOMAIN, TWILIO_AUTH_TOKEN } from './stand-in/bridge';
import { startStandInModel } from './stand-in/model';
import { startRedis } from './stand-in/redis';
import { connectTwilio } from './stand-in/twilio';

const root = join(__dirname, '..', '..');
jest.setTimeout(60_000);

const WRITER = `
import { openBase } from './bridge/src/records/open-base';
import { makeEntry, makeRecord } from './bridge/test/stand-in/record';
void openBase(process.argv[2]).then(async (base) => {
  for (let number = Number(process.argv[3]); ; number += 1) {
    await base.write([makeEntry(makeRecord('CA' + number, { agent: 'x'.repeat(20_000) }))]);
    process.stdout.write(number + '\\n');
  }
});`;

/** What a SIGKILL of the bridge may cost: nothing that was admitted, and no turn that is 250 ms old. */
describe('After a SIGKILL', () => {
  let folder: string;

  beforeAll(() => {
    // Below node_modules' parent, so that the packages left outside the bundle are found.
    folder = mkdtempSync(join(root, 'node_modules', '.killed-test-'));
    const shared = {
      absWorkingDir: root,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: Object.keys(manifest.dependencies),
    } as const;
    buildSync({
      ...shared,
      entryPoints: ['bridge/src/main.ts'],
      outfile: join(folder, 'main.js'),
    });
    buildSync({
      ...shared,
      stdin: { contents: WRITER, resolveDir: root, loader: 'ts' },
      outfile: join(folder, 'writer.js'),
    });
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  const startBridge = async (place: string, modelUrl: string) => {
    const child = spawn(process.execPath, [join(folder, 'main.js')], {
      cwd: root,
      env: {
        ...{ PATH: process.env.PATH, OPENAI_API_KEY: 'sk-of-the-tests', REALTIME_URL: modelUrl },
        ...{ TWILIO_AUTH_TOKEN, PUBLIC_DOMAIN, BRIDGE_SECRET, PORT: '0', CALL_STORE: place },
        LOG_FORMAT: 'json',
      },
    });
    let output = '';
    const logged = (pattern: RegExp) =>
      new Promise<RegExpExecArray>((resolve) => {
        const look = () => {
          const found = pattern.exec(output);
          if (found === null) return;
          child.stdout.off('data', look);
          resolve(found);
        };
        child.stdout.on('data', look);
        look();
      });
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [, port] = await logged(/"port":(\d+).*"bridge listening"/);
    return { child, logged, port: Number(port) };
  };

  const admit = async (port: number) => {
    const body = JSON.stringify({ callSid: 'CA1', from: '+15550100001', to: '+15550100002' });
    const signed = { method: 'POST', path: '/calls', body };
    const authorization = signRequest(BRIDGE_SECRET, signed, Date.now() / 1_000);
    const answer = await fetch(`http://127.0.0.1:${port}/calls`, {
      method: 'POST',
      body,
      headers: { authorization },
    });
    return (await answer.json()) as { token: string };
  };

  const kill = async (child: ChildProcess) => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };

  const readBack = async (place: string) => {
    const base = await openBase(place);
    const record = await base.read('CA1');
    const resumeData = await base.readResumeData('CA1');
    await base.close();
    return {
      record: JSON.parse(record ?? '{}') as Partial<CallRecord>,
      resumeData: JSON.parse(resumeData ?? '{}') as object,
    };
  };

  describe.each([
    ['a file', test],
    ['Redis', testWith('redis-server')],
  ] as const)('the records in %s', (kind, it) => {
    it('have the admission, and what is needed to go on', async () => {
      const redis = kind === 'Redis' ? await startRedis() : undefined;
      const place = redis?.url ?? join(folder, 'admitted.db');
      const model = await startStandInModel();
      const { child, port } = await startBridge(place, model.url);
      await admit(port);
      await kill(child);
      const { record, resumeData } = await readBack(place);
      expect(record).toMatchObject({ callSid: 'CA1', from: '+15*******01', agent: 'receptionist' });
      expect(record.endedAt).toBeUndefined();
      expect(resumeData).toMatchObject({
        agent: 'receptionist',
        request: { callSid: 'CA1', from: '+15550100001', to: '+15550100002' },
      });
      model.close();
      await redis?.remove();
    });

    it('have every turn that is 250 ms old', async () => {
      const redis = kind === 'Redis' ? await startRedis() : undefined;
      const place = redis?.url ?? join(folder, 'turns.db');
      const model = await startStandInModel();
      const { child, port, logged } = await startBridge(place, model.url);
      const { token } = await admit(port);
      const phone = connectTwilio(port, 'CA1', { token });
      await phone.opened;
      phone.start();
      await logged(/"agent started"/);
      const session = model.sessions[0] ?? (await model.nextSession());
      session.send({
        type: 'conversation.item.input_audio_transcription.completed',
        item_id: 'i1',
        transcript: 'A table, please.',
      });
      await logged(/"turn"/);
      await sleep(250);
      await kill(child);
      const { record } = await readBack(place);
      expect(record.turns).toMatchObject([{ who: 'caller', text: 'A table, please.' }]);
      model.close();
      await redis?.remove();
    });
  });

  it('in mid-write the file opens, and has every record that was acknowledged', async () => {
    const place = join(folder, 'loop.db');
    let next = 0;
    for (let round = 0; round < 4; round += 1) {
      const child = spawn(process.execPath, [join(folder, 'writer.js'), place, String(next)]);
      let output = '';
      await new Promise<void>((resolve) => {
        child.stdout.on('data', (chunk: Buffer) => {
          output += chunk.toString();
          if (output.split('\n').length > 20 + 7 * round) resolve();
        });
      });
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
      const acknowledged = output.split('\n').slice(0, -1).map(Number);
      const base = await openBase(place);
      for (const number of acknowledged) expect(await base.read(`CA${number}`)).toBeDefined();
      await base.close();
      next = (acknowledged.at(-1) ?? next) + 2;
    }
  });
});
