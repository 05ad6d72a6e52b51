import { join } from 'node:path';
import type { Logger } from 'pino';
import { type Agent, AgentFileError } from './agent/agent-file';
import type { AgentShelf } from './agent/agent-shelf';
import { openAgentsFolder } from './agent/agents-folder';
import type { Environment } from './agent/secret';
import { AudioLog } from './call/audio-log';
import { Calls } from './call/calls';
import { WaitClips } from './call/wait-clips';
import { type Config, ConfigError } from './config';
import { createDiagnostics } from './diagnostics/diagnostics';
import { LastErrors } from './diagnostics/last-errors';
import { LastModel } from './diagnostics/last-model';
import { listSecrets } from './diagnostics/shown-config';
import { LoopLoad } from './load/loop-load';
import { Outbox } from './model/socket/outbox';
import { createMetrics } from './metrics';
import { doubtModel, doubtTranscriptionModel, doubtVoice } from './model/model-names';
import { createEndpoints } from './model/providers';
import { OutboundCalls } from './outbound/outbound-calls';
import { WaitingCalls } from './outbound/waiting-calls';
import { Recordings } from './recording/recordings';
import { openRecords } from './records/open-records';
import { chooseEngine } from './server/engine';
import { createHandler } from './server/handler';
import type { WebServer } from './server/web';

/** Frames over MAX_FRAME_BYTES are closed with a reason; over this the connection is cut. */
const HARD_FRAME_BYTES = 2 * 1024 * 1024;
/** With fewer calls every frame is passed on at once. */
const PACE_FROM_CALLS = 50;
/** A stream says itself what may wait for it; a socket has room for what is written in one go besides. */
const SOCKET_QUEUE_BYTES = 8 * 1024 * 1024;

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
 * @param environment where agent files find the keys of their tools.
 * @throws ConfigError with a line a fault, or the error of a port that cannot be had.
 */
export async function startBridge(
  config: Config,
  log: Logger,
  environment: Environment = {},
): Promise<Bridge> {
  const agents = openShelf(config, log, environment);
  const recordings = openRecordings(config.RECORDINGS_FOLDER);
  const metrics = createMetrics(() => ({
    calls: calls.size,
    busyShare: load.busyShare,
    paceMs: load.paceMs,
    queuedBytes: calls.queuedBytes,
    waitingRecords: records.store.waiting,
    modelsDown: Object.fromEntries(
      endpoints.map(({ name, breaker }) => [name, breaker.state !== 'closed']),
    ),
  }));
  const outbox = new Outbox((heldMs) => metrics.callerAudioHeld.note(heldMs));
  const load = new LoopLoad(
    {
      paceFromCalls: PACE_FROM_CALLS,
      paceMs: config.LOOP_PACE_MS,
      maxLagMs: config.MAX_LOOP_LAG_MS,
      maxBusyShare: config.MAX_LOOP_BUSY_PERCENT / 100,
    },
    () => calls.size,
    (lagMs) => metrics.loopLagS.observe(lagMs / 1_000),
    () => outbox.flush(),
  );
  const waiting = new WaitingCalls(config.MAX_WAITING_CALLS, config.OUTBOUND_WAIT_S * 1_000);
  const lastErrors = new LastErrors(listSecrets(config));
  const lastModel = new LastModel();
  const records = await openRecords(config, log, metrics, lastErrors);
  const { store } = records;
  const endpoints = createEndpoints(config);
  const waitClips = new WaitClips([join('bridge', 'clips'), join(__dirname, 'clips')], log);
  const calls: Calls = new Calls(
    {
      ...{ config, endpoints, waitClips, metrics, recordings, lastErrors, lastModel, load, outbox },
      audioLog: new AudioLog(),
    },
    agents,
    store,
    log,
    waiting,
  );
  const outbound = new OutboundCalls(calls, waiting, config, log);
  const diagnostics = createDiagnostics({
    config,
    calls,
    metrics,
    store,
    agents,
    lastErrors,
    lastModel,
    endpoints,
    readEngine: () => server.engine,
  });
  const server: WebServer = await chooseEngine(config.BRIDGE_SERVER, log)(
    createHandler(calls, outbound, config, log, metrics, diagnostics, lastErrors),
    { host: config.HOST, port: config.PORT },
    {
      maxBodyBytes: config.MAX_BODY_BYTES,
      hardFrameBytes: HARD_FRAME_BYTES,
      maxQueuedBytes: config.MAX_STREAM_QUEUE_BYTES + SOCKET_QUEUE_BYTES,
    },
  ).catch(async (error: unknown) => {
    await records.close();
    throw error;
  });
  load.start();
  calls.unseenEnds.start();
  const stop = async () => {
    load.stop();
    calls.unseenEnds.stop();
    calls.endAll();
    await server.close();
    await recordings?.settle();
    await records.close();
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

function openRecordings(folder: string | undefined): Recordings | undefined {
  if (folder === undefined) return undefined;
  try {
    return new Recordings(folder);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError([
      `RECORDINGS_FOLDER cannot be written to: ${why}. Name a folder of the bridge’s own user`,
    ]);
  }
}

function openShelf(config: Config, log: Logger, environment: Environment): AgentShelf {
  try {
    // Where the model is a deployment, its name says nothing of its age.
    const named = config.REALTIME_PROVIDER === 'openai';
    const doubt = named ? doubtModel(config.REALTIME_MODEL, Date.now()) : undefined;
    if (doubt !== undefined) log.warn(`REALTIME_MODEL: ${doubt}`);
    const built = join(__dirname, 'agents');
    return openAgentsFolder(
      config,
      environment,
      built,
      (agent) => doubtAgent(agent, named, config),
      log,
    );
  } catch (error) {
    if (error instanceof AgentFileError) throw new ConfigError(error.faults);
    throw error;
  }
}

const NOT_RECORDED =
  'RECORDINGS_FOLDER is not set, so nothing is recorded and the consent sentence is not said';

/** What an agent names that may not work here: a warning, since lists of the provider's grow old. */
function doubtAgent(
  { voice, model, transcription, recording }: Agent,
  named: boolean,
  { RECORDINGS_FOLDER }: Config,
): string[] {
  const nowMs = Date.now();
  const cannotRecord = recording !== undefined && RECORDINGS_FOLDER === undefined;
  return [
    ['voice', doubtVoice(voice)],
    ['recording', cannotRecord ? NOT_RECORDED : undefined],
    ['model', model === undefined || !named ? undefined : doubtModel(model, nowMs)],
    [
      'transcription',
      transcription === null || !named ? undefined : doubtTranscriptionModel(transcription, nowMs),
    ],
  ].flatMap(([key, doubt]) => (doubt === undefined ? [] : [`${key}: ${doubt}`]));
}
