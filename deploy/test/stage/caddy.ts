import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findFreePorts } from './ports';

const CADDYFILE = join(__dirname, '..', '..', 'Caddyfile');
/** Of the options that go before the first site: nothing of this machine is changed. */
const OPTIONS = ['local_certs', 'skip_install_trust', 'admin off', 'default_bind 127.0.0.1'].join(
  '\n',
);

/** Real Caddy with the shipped Caddyfile, on loopback, with a certificate of an authority of its own. */
export interface Caddy {
  readonly httpPort: number;
  readonly httpsPort: number;
  /** The authority's certificate: for `NODE_EXTRA_CA_CERTS`, or to read. */
  readonly caPath: string;
  readonly ca: string;
  close(): Promise<void>;
}

/** Starts it in front of a bridge; it serves the hosts given. */
export async function startCaddy(hosts: readonly string[], bridgePort: number): Promise<Caddy> {
  const folder = mkdtempSync(join(tmpdir(), 'caddy-'));
  const [httpPort = 0, httpsPort = 0] = await findFreePorts(2);
  const child = spawn('caddy', ['run', '--config', CADDYFILE, '--adapter', 'caddyfile'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      XDG_DATA_HOME: folder,
      XDG_CONFIG_HOME: folder,
      PUBLIC_DOMAIN: hosts.join(', '),
      BRIDGE_ADDRESS: `127.0.0.1:${bridgePort}`,
      HTTP_PORT: String(httpPort),
      HTTPS_PORT: String(httpsPort),
      CADDY_OPTIONS: OPTIONS,
    },
  });
  const ended = once(child, 'close');
  await new Promise<void>((resolve, reject) => {
    const waiting = new Set(hosts);
    let said = '';
    createInterface({ input: child.stderr }).on('line', (line) => {
      said += `${line}\n`;
      if (!line.includes('certificate obtained successfully')) return;
      const { identifier } = JSON.parse(line) as { identifier: string }; // a line of Caddy's log
      waiting.delete(identifier);
      if (waiting.size === 0) resolve();
    });
    child.once('error', reject);
    void ended.then(() => reject(new Error(`Caddy ended:\n${said}`)));
  });
  const caPath = join(folder, 'caddy', 'pki', 'authorities', 'local', 'root.crt');
  return {
    httpPort,
    httpsPort,
    caPath,
    ca: readFileSync(caPath, 'utf8'),
    close: async () => {
      child.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
