import type { RealtimeSession } from '@realtime-phone/protocol/realtime/session';
import type { Agent } from '../agent/agent-file';
import type { Config } from '../config';

/** What is particular to a provider of the Realtime protocol. */
export interface Provider {
  readonly name: string;
  url(): string;
  headers(): Readonly<Record<string, string>>;
  session(agent: Agent): RealtimeSession;
}

/**
 * OpenAI. No `OpenAI-Beta` header: since May 2026 it is answered with close code 4000.
 * Source: https://developers.openai.com/api/docs/guides/realtime-websocket
 */
export function createOpenAi(
  config: Pick<Config, 'REALTIME_URL' | 'REALTIME_MODEL' | 'OPENAI_API_KEY'>,
): Provider {
  return {
    name: 'openai',
    url: () => {
      const url = new URL(config.REALTIME_URL);
      if (!url.searchParams.has('model')) url.searchParams.set('model', config.REALTIME_MODEL);
      return url.href;
    },
    headers: () => ({ authorization: `Bearer ${config.OPENAI_API_KEY ?? 'no-key'}` }),
    session: describeSession,
  };
}

/**
 * The session of a phone call: mu-law both ways, so that no byte is ever converted, and every
 * number of the turn detection, since the documented defaults and the real ones differ.
 * Source: https://platform.openai.com/docs/api-reference/realtime-client-events/session/update
 */
function describeSession(agent: Agent): RealtimeSession {
  return {
    type: 'realtime',
    output_modalities: ['audio'],
    instructions: agent.instructions,
    audio: {
      input: {
        format: { type: 'audio/pcmu' },
        noise_reduction: agent.noise_reduction === null ? null : { type: agent.noise_reduction },
        transcription:
          agent.transcription === null
            ? null
            : { model: agent.transcription, language: agent.language },
        turn_detection: agent.turn_detection,
      },
      output: { format: { type: 'audio/pcmu' }, voice: agent.voice },
    },
  };
}
