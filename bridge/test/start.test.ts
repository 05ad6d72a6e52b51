import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buildMain, type BuiltMain } from './stand-in/process';

const root = join(__dirname, '..', '..');

describe('The bridge as a process', () => {
  let main: BuiltMain;

  beforeAll(() => {
    main = buildMain();
  });

  afterAll(() => main.remove());

  const good = {
    PATH: process.env.PATH,
    OPENAI_API_KEY: 'sk-of-the-tests',
    REALTIME_URL: 'ws://127.0.0.1:9/v1/realtime',
    TWILIO_AUTH_TOKEN: '12345',
    PUBLIC_DOMAIN: 'bridge.example.com',
    BRIDGE_SECRET: 'a secret of the tests',
    CALL_STORE: ':memory:',
    PORT: '0',
  };

  const start = (environment: Record<string, string | undefined>) => {
    const child = spawn(process.execPath, [main.path], {
      cwd: root,
      env: environment,
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const ended = once(child, 'close').then(([code]) => ({
      code: code as number | null,
      output,
      errors,
    }));
    const listening = new Promise<void>((resolve) => {
      child.stdout.on('data', () => {
        if (output.includes('bridge listening')) resolve();
      });
    });
    return { child, ended, listening };
  };

  it('names every missing or bad variable on a line of its own, with an example', async () => {
    const { ended } = start({
      PATH: process.env.PATH,
      PUBLIC_DOMAIN: 'https://bridge.example.com/',
      PORT: 'x',
      MODEL_READY_MS: 'soon',
      LOG_LEVEL: 'loud',
      REALTIME_URL: 'wss://x/',
    });
    const { code, errors } = await ended;
    expect(code).toBe(1);
    const lines = errors.trim().split('\n').slice(1);
    for (const name of [
      'TWILIO_AUTH_TOKEN is missing',
      'PUBLIC_DOMAIN is not a bare host',
      'BRIDGE_SECRET is missing',
      'PORT is not a number',
    ]) {
      expect(lines.filter((line) => line.includes(name))).toHaveLength(1);
    }
    expect(errors).toContain('Example: bridge.example.com');
    expect(lines.every((line) => line.includes('Example: '))).toBe(true);
  });

  it('refuses to send a key in clear, an agent that there is none of, and a Redis without an address', async () => {
    for (const [name, value] of [
      ['REALTIME_URL', 'ws://model.example.com/v1/realtime'],
      ['AGENT', 'nobody'],
      ['CALL_STORE', 'redis://'],
    ] as const) {
      const { code, errors } = await start({ ...good, [name]: value }).ended;
      expect(code).toBe(1);
      expect(errors).toContain(name);
    }
  });

  it('says which port is in use and what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const port = String((other.address() as AddressInfo).port);
    const { code, errors } = await start({ ...good, PORT: port }).ended;
    other.close();
    expect(code).toBe(1);
    expect(errors).toContain(`the port ${port} is in use`);
  });

  it.each(['A', 'a b', 'a/b', 'x'.repeat(33)])('refuses %j as the name of a node', async (node) => {
    const { code, errors } = await start({ ...good, BRIDGE_NODE: node }).ended;
    expect(code).toBe(1);
    expect(errors).toContain('BRIDGE_NODE is not 1 to 32 of a-z, 0-9 and -');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('exits with 0 on %s', async (signal) => {
    const { child, ended, listening } = start(good);
    await listening;
    child.kill(signal);
    expect((await ended).code).toBe(0);
  });
});
