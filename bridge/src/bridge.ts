import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { AgentFileError, readAgents } from './agent/agent-file';
import { Calls } from './call/calls';
import { type Config, ConfigError } from './config';
import { createMetrics } from './metrics';
import { createOpenAi } from './model/openai';
import { openFileStore } from './records/file-store';
import { chooseEngine } from './server/engine';
import { createHandler } from './server/handler';
import type { WebServer } from './server/web';
import { VERSION } from './version';

/** Frames over MAX_FRAME_BYTES are closed with a reason; over this the connection is cut. */
const HARD_FRAME_BYTES = 2 * 1024 * 1024;
const MAX_SOCKET_QUEUE_BYTES = 8 * 1024 * 1024;

/** A bridge that serves. */
export interface Bridge {
  readonly server: WebServer;
  readonly calls: Calls;
  /** Lets no more calls in, lets those that are there end, and stops. */
  drain(): Promise<void>;
  /** Ends every call and stops. */
  stop(): Promise<void>;
}

/**
 * Starts a bridge.
 * @throws ConfigError with a line a fault, or the error of a port that cannot be had.
 */
export async function startBridge(config: Config, log: Logger): Promise<Bridge> {
  const agents = loadAgents(config);
  const store = openFileStore(config.CALL_STORE);
  const metrics = createMetrics(() => calls.size);
  const calls: Calls = new Calls(
    { config, provider: createOpenAi(config), metrics },
    agents,
    store,
    log,
  );
  const startedAt = new Date();
  const server: WebServer = await chooseEngine(config.BRIDGE_SERVER, log)(
    createHandler(calls, config, log, metrics, () => ({
      version: VERSION,
      engine: server.engine,
      startedAt,
    })),
    { host: config.HOST, port: config.PORT },
    {
      maxBodyBytes: config.MAX_BODY_BYTES,
      hardFrameBytes: HARD_FRAME_BYTES,
      maxQueuedBytes: MAX_SOCKET_QUEUE_BYTES,
    },
  );
  const stop = async () => {
    calls.endAll();
    await server.close();
    store.close();
  };
  return {
    server,
    calls,
    drain: async () => {
      await calls.drain(config.DRAIN_S * 1_000);
      await stop();
    },
    stop,
  };
}

function loadAgents(config: Config) {
  // Beside the built bridge lie the agents it was built with; in the repository the files rule.
  const folders = [join('bridge', 'agents'), 'agents', join(__dirname, 'agents')];
  const folder = config.AGENTS_FOLDER ?? folders.find((path) => existsSync(path)) ?? 'agents';
  try {
    const agents = readAgents(folder);
    if (!agents.has(config.AGENT)) {
      const names = [...agents.keys()].join(', ');
      throw new ConfigError([
        `AGENT is ${config.AGENT}, but ${folder} has only: ${names === '' ? 'nothing' : names}`,
      ]);
    }
    return agents;
  } catch (error) {
    if (error instanceof AgentFileError) throw new ConfigError(error.faults);
    throw error;
  }
}
