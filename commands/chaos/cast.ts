import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Part, startPart } from '../start/part';
import { findFreePorts } from './free-ports';
import { describeLine, type PhoneLine } from './phone-line';
import { startProxy } from './proxy';

export const NODES = ['a', 'b'] as const;
export type NodeName = (typeof NODES)[number];

/** Everything between a phone and a model, each a process of its own, with two bridges behind Caddy. */
export interface Cast {
  /** How a phone is called here. */
  readonly line: PhoneLine;
  /** The bridge that has this name now. */
  bridge(node: NodeName): Part;
  /** Starts another in place of one that has ended; it listens when this resolves. */
  startBridge(node: NodeName): Promise<void>;
  /** Asks the bridge itself, as an operator on its machine does. */
  askBridge(node: NodeName, path: string): Promise<Response>;
  close(): Promise<void>;
}

const PUBLIC_DOMAIN = 'bridge.example.com';

/**
 * Starts it all.
 * @param root the repository, built.
 * @param maxCalls what each bridge takes.
 */
export async function startCast(root: string, maxCalls: number): Promise<Cast> {
  const dist = join(root, 'dist');
  const folder = mkdtempSync(join(tmpdir(), 'chaos-'));
  const [a = 0, b = 0, functionsPort = 0, modelPort = 0, http = 0, https = 0] =
    await findFreePorts(6);
  const ports = { a, b };
  const secrets = {
    TWILIO_AUTH_TOKEN: randomBytes(16).toString('hex'),
    BRIDGE_SECRET: randomBytes(24).toString('hex'),
    ADMIN_TOKEN: randomBytes(24).toString('hex'),
  };
  const proxy = await startProxy({
    caddyfile: join(root, 'deploy/Caddyfile.nodes'),
    hosts: [PUBLIC_DOMAIN, 'localhost'],
    ports: { http, https },
    bridges: { NODE_A: `127.0.0.1:${a}`, NODE_B: `127.0.0.1:${b}` },
  });
  const functionsUrl = `http://localhost:${functionsPort}`;
  const bare = { PATH: process.env.PATH };
  const model = startPart(
    'model',
    [join(dist, 'commands/model.js'), '--port', String(modelPort), '--json'],
    bare,
    'the simulated model listens',
  );
  const functions = startPart(
    'functions',
    [join(dist, 'commands/functions.js')],
    {
      ...bare,
      ...secrets,
      NODE_EXTRA_CA_CERTS: proxy.caPath,
      FUNCTIONS_PORT: String(functionsPort),
      FUNCTIONS_URL: functionsUrl,
      BRIDGE_URL: `https://localhost:${https}`,
    },
    'functions listening',
  );
  const open = (node: NodeName) =>
    startPart(
      `bridge ${node}`,
      [join(dist, 'bridge/main.js')],
      {
        ...bare,
        ...secrets,
        BRIDGE_NODE: node,
        PORT: String(ports[node]),
        PUBLIC_DOMAIN,
        OPENAI_API_KEY: 'simulated',
        REALTIME_URL: `ws://127.0.0.1:${modelPort}/v1/realtime`,
        // One store for both, as the units have it.
        CALL_STORE: join(folder, 'calls.db'),
        LOG_FORMAT: 'json',
        LOG_LEVEL: 'warn',
        MAX_CALLS: String(maxCalls),
        // The phones have one number.
        MAX_CALLS_PER_CALLER: '10000',
        MAX_CALLS_PER_CALLER_PER_MINUTE: '10000',
        MAX_PENDING_SOCKETS_PER_ADDRESS: '128',
        // All of it shares one machine with the phones.
        MAX_LOOP_LAG_MS: '10000',
        MODEL_READY_MS: '20000',
      },
      'bridge listening',
    );
  const bridges = { a: open('a'), b: open('b') };
  // Whoever ends this process ends them too.
  const killAll = () => {
    for (const part of [functions, model, bridges.a, bridges.b]) part.kill('SIGKILL');
  };
  process.once('exit', killAll);
  const cast: Cast = {
    line: {
      ...describeLine(functionsUrl, secrets.TWILIO_AUTH_TOKEN),
      hosts: { [PUBLIC_DOMAIN]: `https://127.0.0.1:${https}` },
      ca: proxy.ca,
    },
    bridge: (node) => bridges[node],
    startBridge: async (node) => {
      bridges[node] = open(node);
      await untilReady(cast, node);
    },
    askBridge: (node, path) =>
      fetch(`http://127.0.0.1:${ports[node]}${path}`, {
        headers: { authorization: `Bearer ${secrets.ADMIN_TOKEN}` },
      }),
    close: async () => {
      process.off('exit', killAll);
      await Promise.all([functions, model, bridges.a, bridges.b].map((part) => part.stop()));
      await proxy.close();
      rmSync(folder, { recursive: true });
    },
  };
  try {
    await Promise.all([model.listening, functions.listening]);
    for (const node of NODES) await untilReady(cast, node);
  } catch (error) {
    await cast.close();
    throw error;
  }
  return cast;
}

const LOOK_MS = 100;

/** At LOG_LEVEL warn it does not say that it listens; the unit of deploy/ asks like this too. */
async function untilReady(cast: Cast, node: NodeName): Promise<void> {
  const ended = cast.bridge(node).ended.then((how) => {
    throw new Error(`the bridge ${node} ended with ${how} at its start`);
  });
  const isReady = () =>
    cast.askBridge(node, '/readyz').then(
      ({ ok }) => ok,
      () => false,
    );
  const ready = async () => {
    while (!(await isReady())) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  };
  await Promise.race([ready(), ended]);
  ended.catch(() => undefined); // it ends later, which is no fault
}
