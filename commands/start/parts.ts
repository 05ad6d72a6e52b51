import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Part, startPart } from './part';

/** This file becomes part of dist/commands/start.js. */
const dist = join(__dirname, '..');

/** The addresses and secrets of one run. */
export interface Run {
  readonly bridgePort: number;
  readonly functionsPort: number;
  readonly modelPort: number;
  readonly publicDomain: string;
  readonly authToken: string;
  readonly adminToken: string;
  readonly bridgeSecret: string;
  /** The key of the real model, or undefined for the simulated one. */
  readonly liveKey: string | undefined;
}

/** New secrets: nothing of an earlier run, and nothing of `.env`, is good in this one. */
export function makeRun(
  ports: Pick<Run, 'bridgePort' | 'functionsPort' | 'modelPort'>,
  liveKey: string | undefined,
): Run {
  return {
    ...ports,
    // Twilio demands a public wss:// address; the phone is told where that host really is.
    publicDomain: 'bridge.example.com',
    authToken: randomBytes(16).toString('hex'),
    adminToken: randomBytes(24).toString('hex'),
    bridgeSecret: randomBytes(24).toString('hex'),
    liveKey,
  };
}

/** Where the parts can be reached on this machine. */
export function addressesOf(run: Run) {
  return {
    functions: `http://localhost:${run.functionsPort}`,
    bridge: `http://localhost:${run.bridgePort}`,
    model: `ws://127.0.0.1:${run.modelPort}/v1/realtime`,
  };
}

/** Starts the three processes; each says by itself when it listens. */
export function startParts(
  run: Run,
  environment: NodeJS.ProcessEnv,
  modelArgs: readonly string[] = [],
): readonly Part[] {
  const { functions, bridge, model } = addressesOf(run);
  const shared = {
    ...environment,
    HOST: '127.0.0.1',
    TWILIO_AUTH_TOKEN: run.authToken,
    BRIDGE_SECRET: run.bridgeSecret,
    ADMIN_TOKEN: run.adminToken,
    PUBLIC_DOMAIN: run.publicDomain,
    PORT: String(run.bridgePort),
    FUNCTIONS_PORT: String(run.functionsPort),
    FUNCTIONS_URL: functions,
    BRIDGE_URL: bridge,
    LOG_FORMAT: 'json',
    LOG_LEVEL: 'info',
    // A trial shares its machine with whatever else goes on there.
    MAX_LOOP_LAG_MS: '10000',
    // The simulated phone has one number, and is used as often as somebody likes.
    MAX_CALLS_PER_CALLER: '100',
    MAX_CALLS_PER_CALLER_PER_MINUTE: '1000',
    // An empty value is none: the real address is then the bridge's own default.
    ...(run.liveKey === undefined
      ? { OPENAI_API_KEY: 'simulated', REALTIME_URL: model }
      : { OPENAI_API_KEY: run.liveKey }),
  };
  const parts = [
    startPart('bridge', [join(dist, 'bridge', 'main.js')], shared, 'bridge listening'),
    startPart('functions', [join(dist, 'commands', 'functions.js')], shared, 'functions listening'),
  ];
  if (run.liveKey !== undefined) return parts;
  const simulated = [
    join(dist, 'commands', 'model.js'),
    '--port',
    String(run.modelPort),
    '--json',
    ...modelArgs,
  ];
  return [startPart('model', simulated, environment, 'the simulated model listens'), ...parts];
}
