import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Part, startPart } from '../../start/part';
import { findFreePorts } from '../free-ports';
import { describeLine, type PhoneLine } from '../phone-line';
import { hasRedis, type Redis, startRedis } from './redis';
import { SCRIPT } from './spoken';
import { layWire, type Wire } from './wire';

export type PartName = 'bridge' | 'functions' | 'model';

/** Everything between a phone and a model, each a process of its own, with wires that can be cut. */
export interface Stage {
  /** How a phone is called here. */
  readonly line: PhoneLine;
  /** From the phone to the bridge, and from the bridge to the model. */
  readonly wires: { readonly line: Wire; readonly model: Wire };
  /** Where the records are; undefined where this machine has none, and they are in a file. */
  readonly redis: Redis | undefined;
  /** What callers hear while the model is lost, which is no answer. */
  readonly waitClip: Buffer;
  part(name: PartName): Part;
  /** Starts another in place of one that has ended; it listens when this resolves. */
  restart(name: PartName): Promise<void>;
  /** Asks the bridge as an operator on its machine does. */
  askBridge(path: string): Promise<Response>;
  close(): Promise<void>;
}

const PUBLIC_DOMAIN = 'bridge.example.com';

const LISTENING: Readonly<Record<PartName, string>> = {
  bridge: 'bridge listening',
  functions: 'functions listening',
  model: 'the simulated model listens',
};

/**
 * Starts it all.
 * @param root the repository, built.
 * @param more of the bridge's environment.
 */
export async function setStage(
  root: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Stage> {
  const dist = join(root, 'dist');
  // The receptionist speaks English.
  const waitClip = readFileSync(join(root, 'bridge/clips/one-moment.en.ulaw'));
  const folder = mkdtempSync(join(tmpdir(), 'chaos-'));
  const script = join(folder, 'script.json');
  writeFileSync(script, JSON.stringify(SCRIPT));
  const [bridgePort = 0, functionsPort = 0, modelPort = 0, redisPort = 0] = await findFreePorts(4);
  const redis = hasRedis() ? await startRedis(folder, redisPort) : undefined;
  const wires = { line: await layWire(bridgePort), model: await layWire(modelPort) };
  const secrets = {
    TWILIO_AUTH_TOKEN: randomBytes(16).toString('hex'),
    BRIDGE_SECRET: randomBytes(24).toString('hex'),
    ADMIN_TOKEN: randomBytes(24).toString('hex'),
  };
  const functionsUrl = `http://localhost:${functionsPort}`;
  const bare = { PATH: process.env.PATH };
  const plans: Readonly<Record<PartName, readonly [readonly string[], NodeJS.ProcessEnv]>> = {
    model: [
      [join(dist, 'commands/model.js'), '--port', String(modelPort), '--script', script, '--json'],
      bare,
    ],
    functions: [
      [join(dist, 'commands/functions.js')],
      {
        ...{ ...bare, ...secrets, FUNCTIONS_URL: functionsUrl },
        FUNCTIONS_PORT: String(functionsPort),
        BRIDGE_URL: `http://127.0.0.1:${bridgePort}`,
      },
    ],
    bridge: [
      // As `npm run bridge` starts it.
      ['--max-semi-space-size=2', join(dist, 'bridge/main.js')],
      {
        ...{ ...bare, ...secrets, PUBLIC_DOMAIN },
        PORT: String(bridgePort),
        OPENAI_API_KEY: 'simulated',
        REALTIME_URL: `ws://127.0.0.1:${wires.model.port}/v1/realtime`,
        CALL_STORE: redis?.url ?? join(folder, 'calls.db'),
        LOG_FORMAT: 'json',
        // All of it shares one machine with the phones.
        MAX_LOOP_LAG_MS: '10000',
        MAX_PENDING_SOCKETS_PER_ADDRESS: '128',
        ...more,
      },
    ],
  };
  const open = (name: PartName) => startPart(name, ...plans[name], LISTENING[name]);
  const parts = { bridge: open('bridge'), functions: open('functions'), model: open('model') };
  const all = () => [parts.bridge, parts.functions, parts.model];
  // Whoever ends this process ends them too.
  const killAll = () => {
    for (const part of all()) part.kill('SIGKILL');
  };
  process.once('exit', killAll);
  const close = async () => {
    process.off('exit', killAll);
    // One that stands still would not hear that it is to end.
    for (const part of all()) part.kill('SIGCONT');
    await Promise.all(all().map((part) => part.stop()));
    await Promise.all([wires.line.close(), wires.model.close(), redis?.stop()]);
    rmSync(folder, { recursive: true });
  };
  try {
    await Promise.all(all().map(({ listening }) => listening));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    line: {
      ...describeLine(functionsUrl, secrets.TWILIO_AUTH_TOKEN),
      hosts: { [PUBLIC_DOMAIN]: `http://127.0.0.1:${wires.line.port}` },
    },
    wires,
    redis,
    waitClip,
    part: (name) => parts[name],
    restart: async (name) => {
      parts[name] = open(name);
      await parts[name].listening;
    },
    askBridge: (path) =>
      fetch(`http://127.0.0.1:${bridgePort}${path}`, {
        headers: { authorization: `Bearer ${secrets.ADMIN_TOKEN}` },
      }),
    close,
  };
}
