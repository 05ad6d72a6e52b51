import { createServer } from 'node:https';
import { once } from 'node:events';
import { rmSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import pino from 'pino';
import { WebSocketServer } from 'ws';
import { type Bridge, startBridge } from '../../bridge/src/bridge';
import { readConfig } from '../../bridge/src/config';
import { findFreePorts } from '../chaos/free-ports';
import { makeCertificate } from '../../simulator/model/certificate';
import { setDesk, type TunnelDesk } from './stage/tunnel-process';

jest.setTimeout(60_000);

/** ngrok cannot be reached from a test, so another carrier is in its place; the rest is real. */
describe('npm run tunnel with a carrier of its own', () => {
  let desk: TunnelDesk;
  let environment: Record<string, string>;
  let host: string;
  let close: () => void;
  let bridge: Bridge | undefined;

  beforeAll(async () => {
    desk = setDesk('commands/test/stage/other-tunnel.ts');
    const { key, cert, certPath } = await makeCertificate();
    const server = createServer({ key, cert }).listen(0, '127.0.0.1');
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket) =>
      socket.on('message', (data: Buffer) => socket.send(data.toString())),
    );
    await once(server, 'listening');
    host = `localhost:${(server.address() as AddressInfo).port}`;
    const [port = 0] = await findFreePorts(1);
    environment = {
      PORT: String(port),
      TUNNEL_HOST: host,
      NODE_EXTRA_CA_CERTS: certPath,
      TWILIO_ACCOUNT_SID: 'AC00000000000000000000000000000001',
      TWILIO_AUTH_TOKEN: 'a token',
    };
    close = () => {
      sockets.close();
      server.close();
      rmSync(dirname(certPath), { recursive: true });
    };
  });
  afterEach(async () => {
    await bridge?.stop();
    bridge = undefined;
    rmSync(join(desk.folder, '.env'), { force: true });
  });
  afterAll(() => {
    close();
    desk.close();
  });

  it('waits for the bridge, sets all, serves until Ctrl-C, and closes the tunnel', async () => {
    const { child, seen, ended } = desk.start([], { ...environment, FUNCTIONS: 'there' });
    await seen('no bridge listens');
    expect(desk.env()).toBeUndefined();
    bridge = await startBridge(
      readConfig({
        REALTIME_URL: 'ws://127.0.0.1:9',
        TWILIO_AUTH_TOKEN: 'x',
        BRIDGE_SECRET: 'a secret of the tests',
        PUBLIC_DOMAIN: 'old.example.com',
        CALL_STORE: ':memory:',
        DRAIN_S: '0',
        PORT: environment.PORT,
      }),
      pino({ level: 'silent' }),
    );
    await seen('The tunnel is open until Ctrl-C');
    expect(desk.env()).toBe(`PUBLIC_DOMAIN=${host}\n`);
    expect(statSync(join(desk.folder, '.env')).mode & 0o777).toBe(0o600);
    child.kill('SIGINT');
    const { code, output } = await ended;
    expect(code).toBe(0);
    expect(output).toContain(`BRIDGE_URL     https://old.example.com → https://${host}`);
    expect(output).toContain('The host has changed');
    expect(output).toContain('carrier closed');
  });

  it('sets nothing where Twilio refuses to say which Functions there are', async () => {
    const { code, errors } = await desk.run(['--once'], { ...environment, FUNCTIONS: 'refused' });
    expect(code).toBe(1);
    expect(errors).toContain('Twilio knows no such token. Nothing was set');
    expect(desk.env()).toBeUndefined();
  });

  it('says exactly what was set and what was not', async () => {
    const { code, output } = await desk.run(['--once'], { ...environment, FUNCTIONS: 'stuck' });
    expect(code).toBe(1);
    expect(output).toContain('BRIDGE_URL was NOT set: Twilio answered 500; try again.');
    expect(output).toContain('PUBLIC_DOMAIN in .env was.');
    expect(desk.env()).toBe(`PUBLIC_DOMAIN=${host}\n`);
  });

  it('leaves the Functions out if asked to, and names the next deploy if there are none', async () => {
    const none = await desk.run(['--once'], environment);
    expect(none.output).toMatch(/\d\. Deploy the Functions: npm run deploy\n/);
    expect(none.output).not.toContain('BRIDGE_URL');
    const other = { ...environment, BRIDGE_URL: 'https://bridge.example.com' };
    expect((await desk.run(['--once'], other)).output).toMatch(
      /still has BRIDGE_URL=https:\/\/bridge.example.com, .* take it out.*\n.*Deploy the Functions/,
    );
    const out = await desk.run(['--once', '--no-functions'], {
      ...environment,
      FUNCTIONS: 'refused',
    });
    expect(out.code).toBe(0);
  });
});
