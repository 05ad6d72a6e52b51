import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { lstatSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'dotenv';
import fc from 'fast-check';
import { setVariable, writeEnvFile } from '../tunnel/env-file';
import { type NgrokForward, openWith } from '../tunnel/ngrok';
import { readOptions } from '../tunnel/options';
import { readPublicHost } from '../tunnel/public-host';
import { TunnelFault } from '../tunnel/tunnel-fault';

const messageOf = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    if (error instanceof TunnelFault) return error.message;
    throw error;
  }
  throw new Error('no fault');
};

describe('The address that --url gives', () => {
  it.each([
    ['https://bridge.example.com', 'bridge.example.com'],
    ['https://Bridge.Example.com/', 'bridge.example.com'],
    ['https://bridge.example.com:443', 'bridge.example.com'],
    ['wss://bridge.example.com', 'bridge.example.com'],
    ['bridge.example.com', 'bridge.example.com'],
    [' https://abc-12.trycloudflare.com ', 'abc-12.trycloudflare.com'],
    ['https://localhost:8443', 'localhost:8443'],
  ])('%s is the host %s', (given, host) => expect(readPublicHost(given)).toBe(host));

  it.each([
    ['http://bridge.example.com', 'has no TLS'],
    ['ftp://bridge.example.com', 'ftp://'],
    ['https://bridge.example.com/media-stream', 'more than a host (/media-stream)'],
    ['https://bridge.example.com/?a=1', 'more than a host (/?a=1)'],
    ['https://bridge.example.com:8443', 'the port 8443'],
    ['https://me:pw@bridge.example.com', 'a user or a password'],
    ['https://my_bridge.example.com', 'no host name'],
    ['https://', 'no address'],
    ['', 'no address'],
    ['two words', 'no address'],
  ])('%s is refused: %s', async (given, wrong) => {
    const message = await messageOf(() => readPublicHost(given));
    expect(message).toContain(wrong);
    expect(message).toContain('--url https://bridge.example.com');
    expect(message).not.toContain('\n');
  });

  it('is not both ngrok’s and another’s, and no option is unknown', async () => {
    expect(
      await messageOf(() => readOptions(['--url', 'https://a.b', '--domain', 'a.b'])),
    ).toContain('one of the two');
    expect(await messageOf(() => readOptions(['--urll', 'x']))).toContain('--help');
  });
});

describe('.env', () => {
  const set = (text: string) => setVariable(text, 'PUBLIC_DOMAIN', 'new.example.com');

  it.each([
    ['', 'PUBLIC_DOMAIN=new.example.com\n'],
    ['A=1', 'A=1\nPUBLIC_DOMAIN=new.example.com\n'],
    ['A=1\r\n', 'A=1\r\nPUBLIC_DOMAIN=new.example.com\r\n'],
    ['PUBLIC_DOMAIN=old\nB=2\n', 'PUBLIC_DOMAIN=new.example.com\nB=2\n'],
    ['PUBLIC_DOMAIN=\nB=2\n', 'PUBLIC_DOMAIN=new.example.com\nB=2\n'],
    ['PUBLIC_DOMAIN="old" # mine\n', 'PUBLIC_DOMAIN=new.example.com # mine\n'],
    ['  export PUBLIC_DOMAIN = old\r\nB=2', '  export PUBLIC_DOMAIN =new.example.com\r\nB=2'],
    ['#PUBLIC_DOMAIN=old\n', '#PUBLIC_DOMAIN=old\nPUBLIC_DOMAIN=new.example.com\n'],
    ['PUBLIC_DOMAIN=a\nPUBLIC_DOMAIN=b\n', 'PUBLIC_DOMAIN=a\nPUBLIC_DOMAIN=new.example.com\n'],
    ['A="\nPUBLIC_DOMAIN=x\n"\n', 'A="\nPUBLIC_DOMAIN=x\n"\nPUBLIC_DOMAIN=new.example.com\n'],
    ['MY_PUBLIC_DOMAIN=x\n', 'MY_PUBLIC_DOMAIN=x\nPUBLIC_DOMAIN=new.example.com\n'],
  ])('%j becomes %j', (before, after) => {
    expect(set(before)).toBe(after);
    expect(parse(after).PUBLIC_DOMAIN).toBe('new.example.com');
  });

  it('keeps every other variable, whatever the file looks like', () => {
    const line = fc.oneof(
      fc.stringMatching(/^[A-Z_]{1,8}=[ -~]{0,20}$/),
      fc.stringMatching(/^# [ -~]{0,20}$/),
      fc.constantFrom('', 'PUBLIC_DOMAIN=old.example.com', "PUBLIC_DOMAIN='old'", 'QUOTED="a # b"'),
    );
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom('\n', '\r\n'), (lines, newline) => {
        // A quote that is never closed makes of the last line whatever dotenv makes of it.
        const text = lines.map((each) => each.replace(/["'`](?!a # b|old|$)/g, '')).join(newline);
        const after = set(text);
        expect(parse(after)).toEqual({ ...parse(text), PUBLIC_DOMAIN: 'new.example.com' });
        expect(set(after)).toBe(after);
      }),
    );
  });

  it('is written whole, for its owner alone, through a link, and leaves nothing beside it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'env-'));
    try {
      const path = join(folder, '.env');
      await writeEnvFile(path, 'A=1\n');
      expect(statSync(path).mode & 0o777).toBe(0o600);
      writeFileSync(join(folder, 'real'), 'B=2\n', { mode: 0o644 });
      symlinkSync('real', join(folder, 'link'));
      await writeEnvFile(join(folder, 'link'), 'B=3\n');
      expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
      expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('B=3\n');
      expect(statSync(join(folder, 'real')).mode & 0o777).toBe(0o600);
      expect(await messageOf(() => writeEnvFile(join(folder, 'no', '.env'), ''))).toContain(
        'nothing was set',
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('ngrok', () => {
  const open = (forward: NgrokForward, NGROK_AUTHTOKEN?: string, domain?: string) =>
    openWith(() => forward, { port: 8080, domain, environment: { NGROK_AUTHTOKEN } });
  const failing = (message: string) => () => Promise.reject(new Error(message));

  it('is given port, token and domain, and gives the host', async () => {
    const forward = jest.fn<ReturnType<NgrokForward>, Parameters<NgrokForward>>(() =>
      Promise.resolve({ url: () => 'https://abc.ngrok.app', close: () => Promise.resolve() }),
    );
    const { host } = await open(forward, 'token', 'abc.ngrok.app');
    expect(host).toBe('abc.ngrok.app');
    expect(forward).toHaveBeenCalledWith({
      addr: '127.0.0.1:8080',
      authtoken: 'token',
      domain: 'abc.ngrok.app',
    });
  });

  it.each([
    ['no token', undefined, 'never asked', 'needs NGROK_AUTHTOKEN'],
    ['an empty token', ' ', 'never asked', 'get-started/your-authtoken'],
    ['a bad token', 't', 'authentication failed\n\nERR_NGROK_105', 'does not know this'],
    ['a session elsewhere', 't', 'limited to 1 session ERR_NGROK_108', 'a session elsewhere'],
    ['a domain of another', 't', 'failed to bind ERR_NGROK_320', 'does not give this domain'],
    ['a code of its own', 't', 'ERR_NGROK_9999', 'ngrok.com/docs/errors'],
    [
      'no network',
      't',
      'failed to lookup address information',
      'dial out to port 443? Put that right, or take any other tunnel',
    ],
  ])('%s: one sentence with a remedy', async (_what, token, said, expected) => {
    const message = await messageOf(() => open(failing(said), token));
    expect(message).toContain(expected);
    expect(message).not.toContain('\n');
  });

  it('has its real module here, with the function that is called', () => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const ngrok = require('@ngrok/ngrok') as Record<string, unknown>; // only looked at
    expect(typeof ngrok.forward).toBe('function');
  });
});
