import type { RealtimeSession } from '@realtime-phone/protocol/realtime/session';
import type { Agent } from '../agent/agent-file';
import { describeTurnDetection, type Listening } from '../call/manners';
import { describeTools } from '../tools/definitions';
import type { ModelConfig, Provider } from './provider';

/**
 * OpenAI. No `OpenAI-Beta` header: since May 2026 it is answered with close code 4000.
 * Source: https://developers.openai.com/api/docs/guides/realtime-websocket
 */
export function createOpenAi(config: ModelConfig): Provider {
  return {
    name: 'openai',
    url: (model) => withModel(config, model),
    headers: () => ({ authorization: `Bearer ${config.OPENAI_API_KEY ?? 'no-key'}` }),
    session: describeSession,
  };
}

/** The address of the model: its name stands in the query, unless REALTIME_URL has one already. */
export function withModel({ REALTIME_URL, REALTIME_MODEL }: ModelConfig, model?: string): string {
  const url = new URL(REALTIME_URL);
  if (model !== undefined) url.searchParams.set('model', model);
  else if (!url.searchParams.has('model')) url.searchParams.set('model', REALTIME_MODEL);
  return url.href;
}

/**
 * The session of a phone call: mu-law both ways, so that no byte is ever converted, and every
 * number of the turn detection, since the documented defaults and the real ones differ.
 * Source: https://platform.openai.com/docs/api-reference/realtime-client-events/session/update
 */
export function describeSession(agent: Agent, listening: Listening): RealtimeSession {
  return {
    type: 'realtime',
    output_modalities: ['audio'],
    instructions: agent.instructions,
    tools: describeTools(agent.tools, agent.outcome),
    tool_choice: 'auto',
    audio: {
      input: {
        format: { type: 'audio/pcmu' },
        noise_reduction: agent.noise_reduction === null ? null : { type: agent.noise_reduction },
        transcription:
          agent.transcription === null
            ? null
            : { model: agent.transcription, language: agent.language },
        turn_detection: describeTurnDetection(agent, listening),
      },
      output: { format: { type: 'audio/pcmu' }, voice: agent.voice },
    },
  };
}
