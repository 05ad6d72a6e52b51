import type { TurnDetection } from '@realtime-phone/protocol/realtime/session';
import type { ClientEvent } from '@realtime-phone/protocol/realtime/client-events';
import type { Agent } from '../agent/agent-file';
import type { Config } from '../config';
import type { Manners } from './conversation';

/** The manners of an agent's conversations, from its file and the bridge's limits. */
export function describeManners(agent: Agent, config: Config): Manners {
  const { manners, limits, turn_detection: detection } = agent;
  const gated = manners.min_interruption_ms > 0;
  return {
    interruptible: detection.interrupt_response,
    answersByItself: detection.create_response && !gated,
    cancelsByItself: !gated,
    protectsGreeting: manners.protect_greeting && agent.greeting !== undefined,
    minInterruptionMs: manners.min_interruption_ms,
    goodbyeMs: manners.goodbye_ms,
    silenceMs: limits.silence_s === null ? null : limits.silence_s * 1_000,
    silencePrompts: limits.silence_prompts,
    modelAudioMs: config.MODEL_AUDIO_MS,
    maxUnheardBytes: config.MAX_AGENT_AUDIO_BYTES,
  };
}

/**
 * The turn detection that the session begins with. With a noise gate the bridge decides what cuts
 * the agent and what is answered; a protected greeting may not be cancelled by the model either.
 * Source: https://developers.openai.com/api/docs/guides/realtime-vad
 */
export function describeFirstTurnDetection(agent: Agent): TurnDetection {
  const { manners, greeting } = agent;
  const detection = describeTurnDetection(agent);
  return manners.protect_greeting && greeting !== undefined
    ? { ...detection, interrupt_response: false }
    : detection;
}

/** The turn detection as it is once the greeting has been heard. */
function describeTurnDetection({ manners, turn_detection: detection }: Agent): TurnDetection {
  return manners.min_interruption_ms > 0
    ? { ...detection, create_response: false, interrupt_response: false }
    : detection;
}

/** Lets the caller interrupt from now on. An update is a merge, and the formats are not touched. */
export function allowInterruption(agent: Agent): ClientEvent {
  return {
    type: 'session.update',
    session: {
      type: 'realtime',
      audio: { input: { turn_detection: describeTurnDetection(agent) } },
    },
  };
}
