import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Of the options that go before the first site: nothing of this machine is changed. */
const OPTIONS = ['local_certs', 'skip_install_trust', 'admin off', 'default_bind 127.0.0.1'].join(
  '\n',
);

/** Real Caddy on loopback, with a certificate of an authority of its own. */
export interface Proxy {
  readonly httpPort: number;
  readonly httpsPort: number;
  /** The authority's certificate: for `NODE_EXTRA_CA_CERTS`, or to read. */
  readonly caPath: string;
  readonly ca: string;
  close(): Promise<void>;
}

/** What it serves. */
export interface ProxyPlan {
  /** One of the Caddyfiles of deploy/. */
  readonly caddyfile: string;
  readonly hosts: readonly string[];
  readonly ports: { readonly http: number; readonly https: number };
  /** Where the bridges are, in the Caddyfile's own variables. */
  readonly bridges: Readonly<Record<string, string>>;
}

/**
 * Starts it; it has its certificates when this resolves.
 * @throws Error with what it said, where it ends or is not there.
 */
export async function startProxy({ caddyfile, hosts, ports, bridges }: ProxyPlan): Promise<Proxy> {
  const folder = mkdtempSync(join(tmpdir(), 'caddy-'));
  const child = spawn('caddy', ['run', '--config', caddyfile, '--adapter', 'caddyfile'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      XDG_DATA_HOME: folder,
      XDG_CONFIG_HOME: folder,
      PUBLIC_DOMAIN: hosts.join(', '),
      HTTP_PORT: String(ports.http),
      HTTPS_PORT: String(ports.https),
      CADDY_OPTIONS: OPTIONS,
      ...bridges,
    },
  });
  // Whoever ends this process ends it too.
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('close', () => process.off('exit', kill));
  const ended = once(child, 'close');
  ended.catch(() => undefined); // that it is not there is told below
  await new Promise<void>((resolve, reject) => {
    const waiting = new Set(hosts);
    let said = '';
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (waiting.size > 0) said += `${line}\n`;
      if (!line.includes('certificate obtained successfully')) return;
      const { identifier } = JSON.parse(line) as { identifier: string }; // a line of Caddy's log
      waiting.delete(identifier);
      if (waiting.size === 0) resolve();
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(`Caddy ended:\n${said}`)));
  });
  const caPath = join(folder, 'caddy', 'pki', 'authorities', 'local', 'root.crt');
  return {
    httpPort: ports.http,
    httpsPort: ports.https,
    caPath,
    ca: readFileSync(caPath, 'utf8'),
    close: async () => {
      child.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
