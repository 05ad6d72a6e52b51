import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { AddressInfo } from 'node:net';
import { type BuiltFunctions, buildFunctions } from './stage/built-functions';
import { AUTH_TOKEN } from './stage/twilio-client';

const SOUND = {
  TWILIO_AUTH_TOKEN: AUTH_TOKEN,
  BRIDGE_URL: 'https://bridge.example.com',
  BRIDGE_SECRET: 'secret',
  FUNCTIONS_PORT: '0',
};

let built: BuiltFunctions;

beforeAll(async () => {
  built = await buildFunctions();
});
afterAll(() => built.remove());

function run(env: Record<string, string>): ChildProcess {
  // A folder without an .env file.
  return spawn(process.execPath, [built.command], { env, cwd: built.root });
}

async function failed(env: Record<string, string>): Promise<[number | null, string[]]> {
  const child = run(env);
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return [code, text.trim().split('\n')];
}

test('it says where it listens, serves, and stops on a signal with 0', async () => {
  const child = run({ ...SOUND, OPENAI_API_KEY: 'sk-not-for-functions' });
  if (child.stdout === null) throw new Error('no stdout');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { msg, url } = JSON.parse(line) as { msg: string; url: string };
  expect(msg).toBe('functions listening');
  const response = await fetch(`${url}/test-mode`, { method: 'POST' });
  expect(response.status).toBe(400);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('each fault of the environment is one line with an example', async () => {
  const [code, lines] = await failed({
    FUNCTIONS_URL: 'functions.example.com',
    FUNCTIONS_PORT: 'x',
    FALLBACK_MODE: 'shout',
  });
  expect(code).toBe(1);
  expect(lines).toEqual([
    expect.stringMatching(/^TWILIO_AUTH_TOKEN is missing, as in TWILIO_AUTH_TOKEN=/),
    expect.stringMatching(/^FUNCTIONS_URL is not an http/),
    expect.stringMatching(/^FUNCTIONS_PORT is not a port/),
    expect.stringMatching(/^BRIDGE_URL is missing/),
    expect.stringMatching(/^BRIDGE_SECRET is missing/),
    expect.stringMatching(/^FALLBACK_MODE is none of/),
  ]);
});

test('a bridge address without TLS stops the start', async () => {
  const [code, lines] = await failed({ ...SOUND, BRIDGE_URL: 'http://bridge.example.com' });
  expect([code, lines.length]).toEqual([1, 1]);
  expect(lines[0]).toContain('BRIDGE_URL is neither https nor loopback');
});

test('a port in use is named, with the remedy', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo; // it listens on TCP
  const [code, lines] = await failed({ ...SOUND, FUNCTIONS_PORT: String(port) });
  expect(code).toBe(1);
  expect(lines).toEqual([
    `port ${port} is in use; stop what listens there, or set FUNCTIONS_PORT to another`,
  ]);
  other.close();
});
