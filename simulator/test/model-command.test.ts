import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { RealtimeClient } from '../model/realtime-client';

const ROOT = join(__dirname, '../..');
// Inside the repository, so that the bundle finds its packages and the clips as dist/commands does.
const FOLDER = join(ROOT, 'node_modules/.cache', `model-command-${process.pid}`);
const BUNDLE = join(FOLDER, 'model.js');

beforeAll(() => {
  mkdirSync(FOLDER, { recursive: true });
  execFileSync(join(ROOT, 'node_modules/.bin/esbuild'), [
    join(ROOT, 'commands/model.ts'),
    ...['--bundle', '--platform=node', '--format=cjs', '--target=node20', `--outfile=${BUNDLE}`],
    ...['--log-level=warning', '--external:ws', '--external:zod', '--external:selfsigned'],
  ]);
});

const running: ChildProcessWithoutNullStreams[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

interface Line {
  readonly time: number;
  readonly kind: string;
  readonly sessionId: string;
  readonly msg: string;
}

/** The running command, and its lines as they come. */
function run(...args: string[]): [ChildProcessWithoutNullStreams, () => Promise<Line>] {
  const child = spawn(process.execPath, [BUNDLE, ...args], { cwd: ROOT });
  running.push(child);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return [child, async () => JSON.parse(String((await lines.next()).value)) as Line];
}

/** The exit code of a command that ends by itself, and what it said. */
async function runToEnd(...args: string[]): Promise<{ code: unknown; out: string; err: string }> {
  const [child] = run(...args);
  let out = '';
  let err = '';
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  const [code] = (await once(child, 'close')) as unknown[];
  return { code, out, err };
}

const urlIn = (line: Line) => /REALTIME_URL=(\S+?)(;|$)/.exec(line.msg)?.[1] ?? '';

test.each(['SIGINT', 'SIGTERM'] as const)(
  'the command says where it listens, tells what happens, and ends with 0 on %s',
  async (signal) => {
    const [child, nextLine] = run('--port', '0', '--json');
    const listening = await nextLine();
    expect(listening).toMatchObject({ kind: 'listening', sessionId: '' });
    const client = await RealtimeClient.connect(`${urlIn(listening)}?model=m`);
    expect(await nextLine()).toMatchObject({
      kind: 'session created',
      sessionId: expect.stringMatching(/^sess_/) as unknown,
      time: expect.any(Number) as unknown,
    });
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect((await client.closed).code).toBe(1006);
  },
);

test('with --tls it speaks wss and names the certificate that one has to trust', async () => {
  const [, nextLine] = run('--port', '0', '--json', '--tls');
  const listening = await nextLine();
  const path = /NODE_EXTRA_CA_CERTS=(\S+)/.exec(listening.msg)?.[1] ?? '';
  const headers = { Authorization: 'Bearer any' };
  const url = `${urlIn(listening)}?model=m`;
  expect(url).toMatch(/^wss:/);
  const client = await RealtimeClient.connect(url, headers, readFileSync(path, 'utf8'));
  await client.until('session.created');
  client.close();
});

test('faults are flags', async () => {
  const [, nextLine] = run('--port', '0', '--json', '--close-code', '1011');
  const client = await RealtimeClient.connect(`${urlIn(await nextLine())}?model=m`);
  expect((await client.closed).code).toBe(1011);
});

test('a port in use is one sentence that names it, and exit 1', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { code, err } = await runToEnd('--port', String(port));
  expect(code).toBe(1);
  expect(err.trim().split('\n')).toHaveLength(1);
  expect(err).toContain(`port ${port} is in use`);
  other.close();
});

test.each([
  [['--prot', '1'], "'--prot'"],
  [['--port', 'x'], '--port must be a whole number'],
  [['--fail', 'x'], '--fail must be one of'],
  [['--refuse-times', '1', '--drop-after-deltas', '3'], '--refuse-times goes with --refuse'],
  [['--close-code', '1005'], '--close-code 1005'],
  [['--script', '/no/such.json'], '--script /no/such.json'],
])('%j is a usage error, exit 2', async (args, sentence) => {
  const { code, err } = await runToEnd(...args);
  expect(code).toBe(2);
  expect(err).toContain(sentence);
});

test('--help says how to use it, exit 0', async () => {
  const { code, out } = await runToEnd('--help');
  expect(code).toBe(0);
  expect(out).toContain('--session-max-ms');
});
