import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { dirname } from 'node:path';
import pino from 'pino';
import { WebSocketServer } from 'ws';
import { type Bridge, startBridge } from '../../bridge/src/bridge';
import { readConfig } from '../../bridge/src/config';
import { type Caddy, startCaddy } from '../../deploy/test/stage/caddy';
import { findFreePorts } from '../chaos/free-ports';
import { testWith } from '../../deploy/test/stage/programs';
import { type Certificate, makeCertificate } from '../../simulator/model/certificate';
import { setDesk, type TunnelDesk } from './stage/tunnel-process';

jest.setTimeout(60_000);

const ADMIN_TOKEN = 'an operator token of the tests';
const testWithCaddy = testWith('caddy');

const openBridge = (PUBLIC_DOMAIN: string, PORT = 0): Promise<Bridge> =>
  startBridge(
    readConfig({
      REALTIME_URL: 'ws://127.0.0.1:9',
      TWILIO_AUTH_TOKEN: 'x',
      BRIDGE_SECRET: 'a secret of the tests',
      ADMIN_TOKEN,
      PUBLIC_DOMAIN,
      CALL_STORE: ':memory:',
      DRAIN_S: '0',
      PORT: String(PORT),
    }),
    pino({ level: 'silent' }),
  );

describe('npm run tunnel -- --url', () => {
  let desk: TunnelDesk;
  let bridge: Bridge;
  let port: string;

  beforeAll(async () => {
    desk = setDesk('commands/tunnel.ts');
    bridge = await openBridge('old.example.com');
    port = String(bridge.server.port);
  });
  afterAll(async () => {
    await bridge.stop();
    desk.close();
  });

  describe('through real Caddy, with the Caddyfile that is shipped', () => {
    let caddy: Caddy | undefined;
    afterAll(async () => caddy?.close());

    testWithCaddy('checks, sets .env, and says what must be restarted (needs caddy)', async () => {
      caddy = await startCaddy(['localhost'], bridge.server.port);
      const host = `localhost:${caddy.httpsPort}`;
      const environment = { PORT: port, NODE_EXTRA_CA_CERTS: caddy.caPath };
      desk.writeEnv(`# mine\nPUBLIC_DOMAIN=old.example.com # here\nADMIN_TOKEN=${ADMIN_TOKEN}`);

      const first = await desk.run(['--url', `https://${host}`], environment);
      expect(first).toMatchObject({ code: 0, errors: '' });
      expect(desk.env()).toBe(`# mine\nPUBLIC_DOMAIN=${host} # here\nADMIN_TOKEN=${ADMIN_TOKEN}`);
      expect(first.output).toMatch(/checked .* 5 frames came back, round trip [\d.]+ ms/);
      expect(first.output).toContain(`PUBLIC_DOMAIN  old.example.com → ${host}`);
      expect(first.output).toContain('still has PUBLIC_DOMAIN=old.example.com');
      expect(first.output).toContain('not for Twilio');

      // Twice is no harm, and says that nothing has changed.
      const second = await desk.run(['--url', `https://${host}/`], environment);
      expect(second).toMatchObject({ code: 0, errors: '' });
      expect(second.output).toContain(`${host} (as before)`);
      expect(desk.env()).toBe(`# mine\nPUBLIC_DOMAIN=${host} # here\nADMIN_TOKEN=${ADMIN_TOKEN}`);

      // A bridge that has the host already need not be restarted.
      await bridge.stop();
      bridge = await openBridge(host, Number(port));
      const third = await desk.run(['--url', `https://${host}`], environment);
      expect(third.output).not.toContain('would refuse every stream');

      // What is set in the shell wins over .env, so it is named.
      const fourth = await desk.run(['--url', `https://${host}`], {
        ...environment,
        PUBLIC_DOMAIN: 'shell.example.com',
      });
      expect(fourth.output).toContain('unset PUBLIC_DOMAIN');
    });

    testWithCaddy('names Caddy with no bridge behind it (needs caddy)', async () => {
      const [nowhere = 0] = await findFreePorts(1);
      const lonely = await startCaddy(['localhost'], nowhere);
      try {
        desk.writeEnv('A=1\n');
        const { code, errors } = await desk.run(
          ['--url', `https://localhost:${lonely.httpsPort}`],
          { PORT: String(nowhere), NODE_EXTRA_CA_CERTS: lonely.caPath },
        );
        expect(code).toBe(1);
        expect(errors).toContain('answered 502: the tunnel is there, but no bridge listens');
        expect(errors).toContain('npm run bridge');
        expect(desk.env()).toBe('A=1\n');
      } finally {
        await lonely.close();
      }
    });
  });

  describe('where something stands in between', () => {
    let certificate: Certificate;
    let server: Server | undefined;

    beforeAll(async () => (certificate = await makeCertificate()));
    afterEach(() => {
      server?.closeAllConnections();
      server?.close();
      server = undefined;
    });
    afterAll(() => rmSync(dirname(certificate.certPath), { recursive: true }));

    const serve = async (listener: RequestListener): Promise<string> => {
      server = createServer({ key: certificate.key, cert: certificate.cert }, listener);
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      return `localhost:${(server.address() as AddressInfo).port}`;
    };
    const expectFault = async (
      host: string,
      expected: string | RegExp,
      environment: Record<string, string> = {},
    ) => {
      desk.writeEnv('PUBLIC_DOMAIN=old.example.com\n');
      const { code, errors, output } = await desk.run(['--url', `https://${host}`], {
        PORT: port,
        NODE_EXTRA_CA_CERTS: certificate.certPath,
        ...environment,
      });
      expect({ code, output }).toEqual({ code: 1, output: '' });
      expect(errors).toMatch(expected);
      expect(errors.trim()).not.toContain('\n');
      expect(errors).toContain('Nothing was set.');
      expect(desk.env()).toBe('PUBLIC_DOMAIN=old.example.com\n');
    };
    const html = { 'content-type': 'text/html' };

    it.each<[string, RegExp, RequestListener]>([
      [
        'a page for people',
        /a page for people/,
        (_, res) => res.writeHead(200, html).end('<!DOCTYPE html><title>Visit site'),
      ],
      [
        'a redirect to a login',
        /redirects to https:\/\/login\.example\.com\//,
        (_, res) => res.writeHead(302, { location: 'https://login.example.com/' }).end(),
      ],
      ['a login', /wants a login/, (_, res) => res.writeHead(401).end()],
      [
        'a tunnel that points elsewhere',
        /answered 404.*point the tunnel at http:\/\/127\.0\.0\.1/,
        (_, res) => res.writeHead(404, html).end('<html>Not Found'),
      ],
      [
        'a tunnel whose other end is gone',
        /answered 502.*which runs here: point the tunnel.*on a server, look there/,
        (_, res) => res.writeHead(502).end(),
      ],
      [
        'ngrok without its agent',
        /tunnel of this address is not open \(ERR_NGROK_3200\)/,
        (_, res) => res.writeHead(404, { ...html, 'ngrok-error-code': 'ERR_NGROK_3200' }).end(),
      ],
      [
        'ngrok without a bridge',
        /answered 502 \(ERR_NGROK_8012\): the tunnel is there/,
        (_, res) => res.writeHead(502, { 'ngrok-error-code': 'ERR_NGROK_8012' }).end(),
      ],
      [
        'Cloudflare without its tunnel',
        /is not open/,
        (_, res) => res.writeHead(530, html).end('<html>error code: 1033'),
      ],
      [
        'a proxy that drops the upgrade',
        /without the upgrade/,
        (_, res) =>
          void fetch(`http://127.0.0.1:${port}/ws-test`)
            .then((answer) => answer.text())
            .then((body) => res.writeHead(426).end(body)),
      ],
    ])('names %s, and sets nothing', async (_what, expected, listener) => {
      await expectFault(await serve(listener), expected);
    });

    it('names something that says other things back than it heard', async () => {
      const host = await serve((_, res) => res.writeHead(404).end());
      if (server === undefined) throw new Error('no server');
      const sockets = new WebSocketServer({ server });
      sockets.on('connection', (socket) => socket.on('message', () => socket.send('welcome')));
      await expectFault(host, /came back as something else: welcome/);
      sockets.close();
    });

    it('names a certificate that nobody knows, and a server with no TLS', async () => {
      const host = await serve((_, res) => res.end());
      await expectFault(host, /self-signed, and Twilio would refuse it/, {
        NODE_EXTRA_CA_CERTS: '',
      });
      const plain = createTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
      plain.listen(0, '127.0.0.1');
      await once(plain, 'listening');
      await expectFault(`localhost:${(plain.address() as AddressInfo).port}`, /speaks no TLS/);
      plain.close();
    });

    it('names an address where nothing listens, and a name that there is none of', async () => {
      const [free = 0] = await findFreePorts(1);
      await expectFault(`localhost:${free}`, /nothing listens there/);
      await expectFault('bridge.invalid', /no such name|no name server answered/);
    });
  });

  it('takes no bad address, and says how a good one looks', async () => {
    desk.writeEnv('A=1\n');
    const { code, errors } = await desk.run(['--url', 'http://bridge.example.com']);
    expect(code).toBe(2);
    expect(errors).toContain('has no TLS');
    expect(desk.env()).toBe('A=1\n');
  });

  it('without --url and without a token says where to get one', async () => {
    const { code, errors } = await desk.run([]);
    expect(code).toBe(1);
    expect(errors).toContain('NGROK_AUTHTOKEN');
    expect(errors).toContain('--url');
  });
});
