import { join } from 'node:path';
import pino from 'pino';
import { type Agent, AgentFileError } from '../../bridge/src/agent/agent-file';
import { openAgentsFolder } from '../../bridge/src/agent/agents-folder';
import { listeningToGreeting } from '../../bridge/src/call/manners';
import { type Config, readConfig } from '../../bridge/src/config';
import {
  doubtModel,
  doubtTranscriptionModel,
  doubtVoice,
  knowsModel,
} from '../../bridge/src/model/model-names';
import { findProvider } from '../../bridge/src/model/providers';
import type { AgentFaults, Doubt, ModelTarget } from '../../doctor/model/target';

/**
 * The model as the bridge of this environment would open it for its agent.
 * @throws ConfigError with a line a fault of the variables.
 */
export function findModelOfAgent(environment: NodeJS.ProcessEnv): ModelTarget | AgentFaults {
  const config = readConfig(environment);
  let agent: Agent;
  try {
    const built = join(__dirname, '..', 'bridge', 'agents');
    const silent = pino({ level: 'silent' });
    agent = openAgentsFolder(config, environment, built, () => [], silent).take(config.AGENT);
  } catch (error) {
    if (error instanceof AgentFileError) return { agentFaults: error.faults };
    throw error;
  }
  const provider = findProvider(config.REALTIME_PROVIDER).create(config);
  const url = provider.url(agent.model);
  const model = new URL(url).searchParams.get('model') ?? config.REALTIME_MODEL;
  return {
    provider: provider.name,
    url,
    headers: provider.headers(),
    model,
    agent: agent.name,
    greets: agent.greeting !== undefined,
    session: provider.session(agent, listeningToGreeting(agent)),
    readyLimitMs: config.MODEL_READY_MS,
    audioLimitMs: config.MODEL_AUDIO_MS,
    doubts: doubtsOf(agent, model, config),
  };
}

function doubtsOf(agent: Agent, model: string, { REALTIME_PROVIDER }: Config): Doubt[] {
  const nowMs = Date.now();
  const { transcription, voice } = agent;
  // Where the model is a deployment, its name says nothing of its age.
  const isNamed = REALTIME_PROVIDER === 'openai';
  const doubts: (readonly [Doubt['about'], string, string | undefined])[] = [
    ['model', model, isNamed ? doubtModel(model, nowMs) : undefined],
    [
      'transcription',
      transcription ?? '',
      isNamed && transcription !== null ? doubtTranscriptionModel(transcription, nowMs) : undefined,
    ],
    ['voice', voice, doubtVoice(voice)],
  ];
  return doubts.flatMap(([about, name, text]) =>
    text === undefined ? [] : [{ about, isKnown: knowsModel(name), text }],
  );
}
