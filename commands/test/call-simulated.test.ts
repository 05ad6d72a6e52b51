import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

jest.setTimeout(120_000);

const ROOT = join(__dirname, '..', '..');
const COMMAND = join(ROOT, 'dist', 'commands', 'call.js');
const GUEST = ['--var', 'party_size=4', '--var', 'date=2027-01-31', '--var', 'time=19:30'];
const ORDER = ['--agent', 'concierge', ...GUEST, '--var', 'name=Morgan'];

/** The command as it is built, as a process of its own. */
async function command(...args: readonly string[]) {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, out };
}

describe('npm run call with --var: the concierge phones a simulated restaurant', () => {
  it('books a table and tells the outcome; fully booked, it tells of a refusal and invents nothing', async () => {
    const [booked, refused] = await Promise.all([
      command(...ORDER),
      command(...ORDER, '--full', '--json'),
    ]);
    expect(booked.exitCode).toBe(0);
    const outcome = JSON.parse(booked.out.split('outcome: ')[1] ?? '') as unknown;
    expect(outcome).toMatchObject({
      ...{ result: 'booked', date: '2027-01-31', time: '19:30' },
      ...{ guests: 4, name: 'Morgan' },
    });
    const report = JSON.parse(refused.out) as Record<string, unknown>;
    expect(refused.exitCode).toBe(0);
    expect(report).toMatchObject({
      ok: true,
      outcome: { result: 'refused', date: null, time: null, guests: null, name: null },
      stream: { accepted: true },
      errors: [],
    });
  });

  it('names the variable that is missing, and places no call', async () => {
    const { exitCode, out } = await command('--agent', 'concierge', ...GUEST, '--json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      outcome: null,
      errors: [
        { code: 'agent_variable_missing', message: expect.stringContaining('name') as string },
      ],
    });
  });
});
