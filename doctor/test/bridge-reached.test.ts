import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import { type AddressInfo, createServer } from 'node:net';
import { PUBLIC_DOMAIN } from '../../bridge/test/stand-in/bridge';
import { BRIDGE_CHECKS } from '../checks/bridge/part';
import type { Facts } from '../examination';
import type { CertificateWishes } from './stage/authority';
import type { ProxyFaults } from './stage/breaking-proxy';
import { ENVIRONMENT, examineBridge, findingsOf, trustedAuthority } from './stage/bridge-set-up';
import { examineSetUp } from './stage/examination';

jest.setTimeout(30_000);

/** Examines what is at an address in place of a bridge. */
const examineAt = async (url: string) => {
  const { authority } = await trustedAuthority();
  const hosts = { [PUBLIC_DOMAIN]: url };
  return examineSetUp(BRIDGE_CHECKS, { environment: ENVIRONMENT, hosts, ca: authority.root });
};

describe("The doctor, at the bridge's address,", () => {
  it.each<[string, Record<string, string>, Facts, string[]]>([
    ['that is not known', { PUBLIC_DOMAIN: '' }, {}, ['fault address-missing at bridge.address']],
    [
      'with a slash at its end',
      { PUBLIC_DOMAIN: 'bridge.acme.io/' },
      {},
      ['fault address-malformed at bridge.address'],
    ],
    [
      'with a scheme',
      { PUBLIC_DOMAIN: 'https://bridge.acme.io' },
      {},
      ['fault address-malformed at bridge.address'],
    ],
    [
      'that is the example of the documents',
      { PUBLIC_DOMAIN: 'bridge.example.com', BRIDGE_URL: '' },
      {},
      ['fault address-placeholder at bridge.address'],
    ],
    [
      'that only its own network knows',
      { PUBLIC_DOMAIN: '192.168.1.20', BRIDGE_URL: '' },
      {},
      ['fault address-private at bridge.address'],
    ],
    [
      'that is another than where the stream goes',
      { PUBLIC_DOMAIN: 'new.acme.io' },
      { streamUrl: 'wss://old.acme.io/media-stream/CA1' },
      ['fault address-differs at bridge.address'],
    ],
  ])('finds one %s', async (_, environment, facts, findings) => {
    const results = await examineSetUp(BRIDGE_CHECKS, { environment, facts });
    expect(findingsOf(results)).toEqual(findings);
    expect(results.slice(1).map(({ state }) => state)).toEqual(
      BRIDGE_CHECKS.slice(1).map(() => 'not reached'),
    );
  });

  it('says nothing twice of what the variables have against it', async () => {
    const variableFaults = ['PUBLIC_DOMAIN is missing. Example: bridge.example.com'];
    const results = await examineSetUp(BRIDGE_CHECKS, { variableFaults });
    expect(findingsOf(results)).toEqual([]);
    expect(new Set(results.map(({ state }) => state))).toEqual(new Set(['skipped']));
  });
});

describe('The doctor, at TLS,', () => {
  it.each<[string, CertificateWishes, string]>([
    ['an expired certificate', { untilDays: -2 }, 'certificate-expired'],
    ['one from the future', { fromDays: 2 }, 'certificate-not-yet-valid'],
    ['one for another name', { name: 'other.example.com' }, 'certificate-name'],
    ['a self-signed one', { selfSigned: true }, 'certificate-self-signed'],
    ['one without its chain', { withoutChain: true }, 'certificate-chain-incomplete'],
  ])('finds %s', async (_, wishes, id) => {
    const { authority } = await trustedAuthority();
    const certificate = await authority.issue(wishes);
    const results = await examineBridge({ proxy: { certificate } });
    expect(findingsOf(results)).toEqual([`fault ${id} at bridge.certificate`]);
  });

  it('warns of a certificate that will soon expire, and goes on', async () => {
    const { authority } = await trustedAuthority();
    const certificate = await authority.issue({ untilDays: 5 });
    const checks = BRIDGE_CHECKS.slice(0, 4);
    const results = await examineBridge({ proxy: { certificate }, checks });
    expect(findingsOf(results)).toEqual(['warning certificate-expires-soon at bridge.certificate']);
    expect(results.at(-1)?.state).toBe('holds');
  });

  it.each<[string, ProxyFaults, string]>([
    [
      'old versions alone',
      { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
      'fault tls-too-old at bridge.certificate',
    ],
    [
      'the newest version alone',
      { minVersion: 'TLSv1.3' },
      'warning tls-1.2-refused at bridge.certificate',
    ],
  ])('finds %s', async (_, proxy, finding) => {
    const checks = BRIDGE_CHECKS.slice(0, 4);
    expect(findingsOf(await examineBridge({ proxy, checks }))).toEqual([finding]);
  });

  it('finds a port that speaks none', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // it listens on a port, not on a pipe
    const results = await examineAt(`https://127.0.0.1:${port}`);
    server.close();
    expect(findingsOf(results)).toEqual(['fault tls-missing at bridge.certificate']);
  });

  it('finds a proxy that speaks HTTP/2 alone', async () => {
    const { good } = await trustedAuthority();
    const server = createSecureServer({ ...good, allowHTTP1: false });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // it listens on a port, not on a pipe
    const results = await examineAt(`https://127.0.0.1:${port}`);
    server.close();
    expect(findingsOf(results)).toEqual(['fault http2-only at bridge.http']);
  });

  it.each([
    ['https', 'fault connection-refused at bridge.certificate'],
    ['http', 'fault connection-refused at bridge.http'],
  ])('finds a bridge that is down, behind %s', async (scheme, finding) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // it listens on a port, not on a pipe
    server.close();
    await once(server, 'close');
    const results = await examineAt(`${scheme}://127.0.0.1:${port}`);
    expect(findingsOf(results)).toEqual([finding]);
  });
});
