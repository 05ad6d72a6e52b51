import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { WebSocketServer } from 'ws';
import { makeCertificate } from '../../simulator/model/certificate';
import { startTwilioApi, type TwilioApi } from '../../simulator/twilio-api/twilio-api';
import { setDesk, type TunnelDesk } from './stage/tunnel-process';

jest.setTimeout(60_000);

/** The command as it is shipped, against a stand-in of Twilio's Serverless API. */
describe('npm run tunnel and the deployed Functions', () => {
  let desk: TunnelDesk;
  let api: TwilioApi;
  let host: string;
  let close: () => void;
  let environment: Record<string, string>;

  beforeAll(async () => {
    desk = setDesk('commands/tunnel.ts');
    const { key, cert, certPath } = await makeCertificate();
    const server = createServer({ key, cert }).listen(0, '127.0.0.1');
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket) =>
      socket.on('message', (data: Buffer) => socket.send(data.toString())),
    );
    await once(server, 'listening');
    host = `localhost:${(server.address() as AddressInfo).port}`;
    close = () => {
      sockets.close();
      server.close();
      rmSync(dirname(certPath), { recursive: true });
    };
    api = await startTwilioApi();
    // Node takes one file: what vouches for the tunnel, and what vouches for the stand-in.
    const both = join(desk.folder, 'both.pem');
    const others = readFileSync(api.environment.NODE_EXTRA_CA_CERTS ?? '', 'utf8');
    writeFileSync(both, `${cert}\n${others}`);
    environment = { ...api.environment, NODE_EXTRA_CA_CERTS: both, PORT: '9' };
  });
  beforeEach(() => {
    desk.writeEnv('PUBLIC_DOMAIN=old.example.com\n');
    api.dropAfter(undefined);
  });
  afterAll(async () => {
    await api.close();
    close();
    desk.close();
  });

  const run = (more: Record<string, string> = {}) =>
    desk.run(['--url', `https://${host}`], { ...environment, ...more });
  const ask = (method: string, path: string, parameters: Record<string, string>) =>
    api.serverless.answer({
      method,
      host: 'serverless.twilio.com',
      path: `/v1${path}`,
      query: new URLSearchParams(),
      authorization: '',
      parameters: new URLSearchParams(parameters),
      body: '',
    }).body;
  const post = (path: string, parameters: Record<string, string>) =>
    ask('POST', path, parameters) as { sid: string }; // every answer to a POST has one

  it('finds none before the first deploy, and none after half of one', async () => {
    expect((await run()).output).toContain('none are deployed yet');
    const service = post('/Services', { UniqueName: 'realtime-phone' }).sid;
    post(`/Services/${service}/Environments`, { UniqueName: 'dev', DomainSuffix: 'dev' });
    const { code, output } = await run();
    expect(code).toBe(0);
    expect(output).toContain('none are deployed yet');
    expect(output).toContain('npm run deploy');
  });

  it('sets their BRIDGE_URL with no new deploy, says what it was, and does so twice without harm', async () => {
    const service = String(api.serverless.services[0]?.sid);
    const { environments } = ask('GET', `/Services/${service}/Environments`, {}) as {
      environments: { sid: string }[];
    }; // the list that the API gives
    const at = `/Services/${service}/Environments/${String(environments[0]?.sid)}`;
    const build = post(`/Services/${service}/Builds`, {}).sid;
    post(`${at}/Deployments`, { BuildSid: build });
    post(`${at}/Variables`, { Key: 'BRIDGE_URL', Value: 'https://old.example.com' });
    post(`${at}/Variables`, { Key: 'BRIDGE_SECRET', Value: 'stays' });

    const before = api.requests.length;
    const { code, output, errors } = await run();
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output).toContain(
      `BRIDGE_URL     https://old.example.com → https://${host}, no new deploy`,
    );
    expect(output).toContain('realtime-phone-1234-dev.twil.io');
    expect(api.serverless.variables).toEqual({
      BRIDGE_URL: `https://${host}`,
      BRIDGE_SECRET: 'stays',
    });
    expect(api.requests.slice(before).filter(({ method }) => method !== 'GET')).toHaveLength(1);

    const second = await run();
    expect(second.output).toContain(`BRIDGE_URL     https://${host} (as before)`);
    expect(api.serverless.variables.BRIDGE_URL).toBe(`https://${host}`);
  });

  it.each([
    ['another token', { TWILIO_AUTH_TOKEN: 'f'.repeat(32) }, '20003'],
    ['a SID that is none', { TWILIO_ACCOUNT_SID: 'ACx' }, 'TWILIO_ACCOUNT_SID is no account SID'],
    ['no way to Twilio', { HTTP_PROXY: 'http://127.0.0.1:9' }, 'cannot be reached'],
  ])('sets nothing with %s', async (_what, more, expected) => {
    const { code, errors } = await run(more);
    expect(code).toBe(1);
    expect(errors).toContain(expected);
    expect(errors).toContain('Nothing was set');
    expect(desk.env()).toBe('PUBLIC_DOMAIN=old.example.com\n');
  });

  it('says what was set and what was not if Twilio is lost in between, and the next run mends it', async () => {
    await run();
    const other = await desk.run(['--url', `https://${host}`, '--no-functions'], environment);
    expect(other.code).toBe(0);
    api.dropAfter(2); // the two that find the Functions
    desk.writeEnv('PUBLIC_DOMAIN=old.example.com\n');
    const { code, output } = await run();
    expect(code).toBe(1);
    expect(output).toContain('BRIDGE_URL was NOT set');
    expect(output).toContain('PUBLIC_DOMAIN in .env was');
    expect(desk.env()).toBe(`PUBLIC_DOMAIN=${host}\n`);
    api.dropAfter(undefined);
    expect((await run()).code).toBe(0);
  });
});
