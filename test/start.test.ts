import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');
jest.setTimeout(120_000);

async function takePort(): Promise<{ port: number; release: () => Promise<void> }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, release: () => new Promise((resolve) => server.close(() => resolve())) };
}

function start(ports: readonly number[], ...args: string[]) {
  const [functions, bridge, model] = ports.map(String);
  const child: ChildProcess = spawn(process.execPath, ['scripts/run.mjs', 'start', ...args], {
    cwd: root,
    env: { ...process.env, FUNCTIONS_PORT: functions, PORT: bridge, MODEL_PORT: model },
  });
  const seen = { output: '', errors: '' };
  const watchers: (() => void)[] = [];
  child.stdout?.on('data', (chunk: Buffer) => {
    seen.output += chunk.toString();
    for (const look of watchers) look();
  });
  child.stderr?.on('data', (chunk: Buffer) => (seen.errors += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const waitFor = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (seen.output.includes(text)) resolve();
      };
      watchers.push(look);
      void ended.then(() =>
        reject(new Error(`ended without: ${text}\n${seen.output}${seen.errors}`)),
      );
      look();
    });
  return { child, seen, ended, waitFor };
}

/** The processes that a process has started and that are still there. */
function childrenOf(pid: number | undefined): string[] {
  return readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean);
}

const isThere = (pid: string) => {
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch {
    return false;
  }
};

describe('npm start', () => {
  it('shows one whole call, serves, and leaves no process behind on Ctrl-C', async () => {
    const taken = await Promise.all([takePort(), takePort(), takePort()]);
    await Promise.all(taken.map(({ release }) => release()));
    const { child, seen, ended, waitFor } = start(taken.map(({ port }) => port));
    await waitFor('Serving until Ctrl-C');
    expect(seen.output).toContain('The call went well');
    for (const line of [
      'twiml generated',
      'call admitted',
      'media-stream accepted',
      'agent started',
      'call ended',
    ]) {
      expect(seen.output).toContain(line);
    }
    const waves = [...seen.output.matchAll(/^ {2}(recordings\/.*\.wav)$/gm)].map(
      ([, path]) => path ?? '',
    );
    expect(waves).toHaveLength(2);
    for (const path of waves)
      expect(readFileSync(join(root, path)).toString('latin1', 0, 4)).toBe('RIFF');
    for (const port of taken.slice(0, 2).map((one) => one.port)) {
      expect((await fetch(`http://127.0.0.1:${port}/diagnostics`)).status).toBe(200);
    }
    const children = childrenOf(child.pid);
    expect(children).toHaveLength(3);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(children.filter(isThere)).toEqual([]);
  });

  it('says which port is in use and what to do, and starts nothing', async () => {
    const taken = await Promise.all([takePort(), takePort(), takePort()]);
    const { seen, ended } = start(
      taken.map(({ port }) => port),
      '--once',
    );
    expect(await ended).toBe(1);
    await Promise.all(taken.map(({ release }) => release()));
    for (const [{ port }, variable] of [
      [taken[0], 'FUNCTIONS_PORT='],
      [taken[1], 'PORT='],
      [taken[2], 'MODEL_PORT='],
    ] as const) {
      expect(seen.errors).toContain(`Port ${port}, wanted for`);
      expect(seen.errors).toContain(variable);
    }
  });

  it('refuses an option that it does not know, and the live model without a key', async () => {
    const unknown = start([1, 2, 3], '--twice');
    expect(await unknown.ended).toBe(2);
    expect(unknown.seen.errors).toContain('--twice');
    const live = start([1, 2, 3], '--live-model');
    expect(await live.ended).toBe(1);
    expect(live.seen.errors).toContain('OPENAI_API_KEY');
  });
});
