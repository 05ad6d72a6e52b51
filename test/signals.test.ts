import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..');
jest.setTimeout(60_000);

const isListening = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

describe('A part that npm runs', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'signals-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['bridge', /"port":(\d+).*"bridge listening"/],
    ['functions', /"functions listening".*"port":(\d+)/],
    ['model', /REALTIME_URL=ws:\/\/127\.0\.0\.1:(\d+)/],
  ])('ends when npm gets a SIGTERM: %s', async (name, listening) => {
    const npm = spawn(
      'npm',
      ['run', '--silent', name, '--', ...(name === 'model' ? ['--port', '0'] : [])],
      {
        cwd: root,
        env: {
          ...process.env,
          REALTIME_URL: 'ws://127.0.0.1:9/v1/realtime',
          TWILIO_AUTH_TOKEN: '12345',
          PUBLIC_DOMAIN: 'bridge.example.com',
          BRIDGE_SECRET: 'a secret of the tests',
          BRIDGE_URL: 'http://127.0.0.1:9',
          CALL_STORE: join(folder, 'calls.db'),
          PORT: '0',
          FUNCTIONS_PORT: '0',
        },
      },
    );
    let output = '';
    const port = await new Promise<number>((resolve, reject) => {
      npm.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        const found = listening.exec(output)?.[1];
        if (found !== undefined) resolve(Number(found));
      });
      npm.once('exit', () => reject(new Error(output)));
    });
    expect(await isListening(port)).toBe(true);
    npm.kill('SIGTERM');
    await once(npm, 'close'); // the pipes close when the last process that holds them has ended
    expect(await isListening(port)).toBe(false);
  });
});
