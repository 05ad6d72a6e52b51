import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { makeCertificate } from '../model/certificate';
import { placeCall } from '../phone/phone-call';
import { BRIDGE, call, FUNCTIONS, startWebhooks, TOKEN } from './phone-stand-ins';

const CONNECT = `<Connect><Stream url="${BRIDGE}/s"/></Connect><Say>after</Say>`;

describe('the phone names what stands in the way', () => {
  it('of a stream: 31910 where the certificate is not to be trusted', async () => {
    const server = createTlsServer(await makeCertificate());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const place = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const functions = await startWebhooks({ '/voice': CONNECT });
    const report = await call(functions, { place }).finished;
    expect(report.stream?.refusal).toBe(31910);
    server.close();
  });

  it('of a webhook: 11235 for a certificate of another host, 11237 for one nobody vouches for', async () => {
    const server = createTlsServer(await makeCertificate());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const place = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const codes = (await call({ place }, undefined).finished).errors.map(({ code }) => code);
    expect([11235, 11237]).toContain(codes[0]);
    server.close();
  });

  it('of a stream: 31901 where nobody answers the handshake, 31910 where there is no TLS', async () => {
    const silent = createTcpServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const functions = await startWebhooks({ '/voice': CONNECT });
    const mute = call(functions, { place: `http://127.0.0.1:${port}` }, { connectTimeoutMs: 50 });
    expect((await mute.finished).stream?.refusal).toBe(31901);
    const plain = call(functions, { place: functions.place.replace('http:', 'https:') });
    expect((await plain.finished).stream?.refusal).toBe(31910);
    silent.close();
  });

  it('of a webhook: 11206 where https finds no TLS', async () => {
    const functions = await startWebhooks({ '/voice': CONNECT });
    const place = functions.place.replace('http:', 'https:');
    const report = await call({ place }, undefined).finished;
    expect(report.errors[0]?.code).toBe(11206);
  });
});

describe('a call that cannot be one', () => {
  it.each([
    ['an address that is none', { voiceUrl: 'nowhere' }],
    ['another scheme', { voiceUrl: 'ftp://functions.example.com/voice' }],
    ['a host that leads nowhere', { hosts: { 'bridge.example.com': '127.0.0.1:80' } }],
    ['an empty token', { authToken: '' }],
  ])('is refused: %s', (_, options) => {
    const good = { voiceUrl: `${FUNCTIONS}/voice`, authToken: TOKEN };
    expect(() => placeCall({ ...good, ...options })).toThrow(TypeError);
  });
});
