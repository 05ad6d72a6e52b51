import { readConfig } from '../src/config';
import { networkOf } from '../src/server/ip-address';
import { createClientAddress, readTrustedProxies } from '../src/server/trusted-proxies';
import { PUBLIC_DOMAIN, startTestBridge, type TestBridge } from './stand-in/bridge';
import { ENGINES } from './stand-in/engines';
import { type StandInModel, startStandInModel } from './stand-in/model';
import { signUpgrade } from './stand-in/twilio';
import { WebSocket } from 'ws';

const find = (proxies: string, remoteAddress: string, forwarded?: string) =>
  createClientAddress(readTrustedProxies(proxies))({
    remoteAddress,
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  });

describe('The address of a client', () => {
  it.each([
    ['no proxy and no header', 'none', '203.0.113.9', undefined, '203.0.113.9'],
    ['a header from nobody that is listed', 'none', '203.0.113.9', '10.0.0.1', '203.0.113.9'],
    ['a listed proxy', '127.0.0.0/8', '127.0.0.1', '203.0.113.9', '203.0.113.9'],
    [
      'a client that forges a hop',
      '127.0.0.0/8',
      '127.0.0.1',
      '8.8.8.8, 203.0.113.9',
      '203.0.113.9',
    ],
    [
      'a client that forges a listed hop',
      '127.0.0.0/8',
      '127.0.0.1',
      '127.0.0.1, 203.0.113.9',
      '203.0.113.9',
    ],
    [
      'two listed proxies',
      '127.0.0.1,10.0.0.0/8',
      '127.0.0.1',
      '8.8.8.8, 203.0.113.9, 10.1.2.3',
      '203.0.113.9',
    ],
    ['listed proxies alone', '127.0.0.1,10.0.0.0/8', '127.0.0.1', '10.1.2.3', '10.1.2.3'],
    ['a hop that is no address', '127.0.0.1', '127.0.0.1', '203.0.113.9, unknown', '127.0.0.1'],
    ['a hop with a port', '127.0.0.1', '127.0.0.1', '203.0.113.9:4711', '203.0.113.9'],
    ['IPv6 with a port', '::1', '::1', '[2001:db8::7]:4711', '2001:db8::7'],
    [
      'IPv4 that comes as IPv6',
      '127.0.0.0/8',
      '0000:0000:0000:0000:0000:ffff:7f00:0001',
      '203.0.113.9',
      '203.0.113.9',
    ],
  ])('is found with %s', (_what, proxies, remote, forwarded, client) => {
    expect(find(proxies, remote, forwarded)).toBe(client);
  });

  it('is counted by its network where it is IPv6', () => {
    expect(networkOf('2001:db8::7')).toBe('2001:db8:0:0::/64');
    expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(networkOf('203.0.113.9')).toBe('203.0.113.9');
  });

  it('stops the start where a proxy is neither an address nor a network', () => {
    const faulty = { TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/33' };
    expect(() => readConfig(faulty)).toThrow(/TRUSTED_PROXIES has 10\.0\.0\.0\/33.*127\.0\.0\.0/);
  });
});

describe.each(ENGINES)('Sockets that wait for their start, on %s', (engine) => {
  let model: StandInModel;
  let bridge: TestBridge;
  const sockets: WebSocket[] = [];

  const connect = (forwarded: string) =>
    new Promise<string>((resolve) => {
      const path = '/media-stream/CA1';
      const socket = new WebSocket(`ws://127.0.0.1:${bridge.server.port}${path}`, {
        headers: {
          host: PUBLIC_DOMAIN,
          'x-twilio-signature': signUpgrade(path),
          'x-forwarded-for': forwarded,
          'x-forwarded-host': 'elsewhere.example.com',
        },
      });
      sockets.push(socket);
      socket.on('open', () => resolve('open'));
      socket.on('error', () => undefined);
      socket.on('unexpected-response', (request, response) => {
        request.destroy();
        resolve(`HTTP ${response.statusCode ?? 0}`);
      });
    });

  const open = async (environment: Record<string, string>) => {
    model = await startStandInModel();
    bridge = await startTestBridge(model.url, { BRIDGE_SERVER: engine, ...environment });
    await bridge.admit('CA1');
  };

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.terminate();
    await bridge.stop();
    model.close();
  });

  it('are counted by the client behind a listed proxy, and the log names it', async () => {
    await open({ MAX_PENDING_SOCKETS_PER_ADDRESS: '1' });
    expect(await connect('203.0.113.9')).toBe('open');
    expect(await connect('198.51.100.1, 203.0.113.9')).toBe('HTTP 429');
    expect(await connect('203.0.113.10')).toBe('open');
    expect(
      bridge.logs.filter(({ msg }) => msg === 'media-stream connection attempt'),
    ).toMatchObject([
      { client: '203.0.113.9' },
      { client: '203.0.113.9' },
      { client: '203.0.113.10' },
    ]);
  });

  it('are counted by the connection where no proxy is listed, whatever it says', async () => {
    await open({ MAX_PENDING_SOCKETS_PER_ADDRESS: '1', TRUSTED_PROXIES: 'none' });
    expect(await connect('203.0.113.9')).toBe('open');
    expect(await connect('203.0.113.10')).toBe('HTTP 429');
  });

  it('are no more than four at /ws-test from one address', async () => {
    await open({});
    const echo = (forwarded: string) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${bridge.server.port}/ws-test`, {
          headers: { 'x-forwarded-for': forwarded },
        });
        sockets.push(socket);
        socket.on('open', () => resolve('open'));
        socket.on('error', () => resolve('refused'));
      });
    for (let count = 0; count < 4; count += 1) expect(await echo('203.0.113.9')).toBe('open');
    expect(await echo('203.0.113.9')).toBe('refused');
    expect(await echo('203.0.113.10')).toBe('open');
  });
});
