import { join } from 'node:path';
import { type Proxy, startProxy } from '../../../commands/chaos/proxy';
import { findFreePorts } from '../../../commands/chaos/free-ports';

const DEPLOY = join(__dirname, '..', '..');

/** Real Caddy with a shipped Caddyfile. */
export type Caddy = Proxy;

/** Starts it in front of a bridge; it serves the hosts given. */
export async function startCaddy(hosts: readonly string[], bridgePort: number): Promise<Caddy> {
  const [http = 0, https = 0] = await findFreePorts(2);
  return startProxy({
    caddyfile: join(DEPLOY, 'Caddyfile'),
    hosts,
    ports: { http, https },
    bridges: { BRIDGE_ADDRESS: `127.0.0.1:${bridgePort}` },
  });
}

/** Starts it in front of two, a and b. */
export async function startCaddyOfNodes(
  hosts: readonly string[],
  ports: { readonly a: number; readonly b: number },
): Promise<Caddy> {
  const [http = 0, https = 0] = await findFreePorts(2);
  return startProxy({
    caddyfile: join(DEPLOY, 'Caddyfile.nodes'),
    hosts,
    ports: { http, https },
    bridges: { NODE_A: `127.0.0.1:${ports.a}`, NODE_B: `127.0.0.1:${ports.b}` },
  });
}
