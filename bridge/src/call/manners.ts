import type { TurnDetection } from '@realtime-phone/protocol/realtime/session';
import type { ClientEvent } from '@realtime-phone/protocol/realtime/client-events';
import type { Agent } from '../agent/agent-file';
import type { Config } from '../config';

/** The manners of a conversation, from the agent's file, and its limits, from the configuration. */
export interface Manners {
  readonly interruptible: boolean;
  readonly answersByItself: boolean;
  readonly cancelsByItself: boolean;
  readonly protectsGreeting: boolean;
  /** Speech of the caller that is shorter does not cut the agent; 0 leaves that to the model. */
  readonly minInterruptionMs: number;
  readonly goodbyeMs: number;
  /** After so much silence the agent asks whether the caller is there; null for never. */
  readonly silenceMs: number | null;
  readonly silencePrompts: number;
  readonly modelAudioMs: number;
  readonly maxUnheardBytes: number;
  /** Whether a response that failed is asked for once more. */
  readonly asksAgain: boolean;
  /** Whether what the caller says is written down. */
  readonly writesDown: boolean;
  readonly instructions: string;
  /** What a caller hears who waits, base64 mu-law. */
  readonly waitClip: string | undefined;
  /** After how much silence without a model, and with one that owes an answer; 0 for never. */
  readonly waitMs: number;
  readonly slowMs: number;
}

/**
 * The manners of an agent's conversations, from its file and the bridge's limits.
 * @param waitClip base64 mu-law.
 */
export function describeManners(
  agent: Agent,
  config: Config,
  waitClip: string | undefined,
): Manners {
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
    asksAgain: config.MODEL_RECONNECT_TRIES > 0,
    writesDown: agent.transcription !== null,
    instructions: agent.instructions,
    waitClip,
    waitMs: config.MODEL_WAIT_MS,
    slowMs: config.MODEL_SLOW_MS,
    maxUnheardBytes: config.MAX_AGENT_AUDIO_BYTES,
  };
}

/**
 * How the model listens: while it says a consent sentence or a protected greeting it neither stops
 * nor answers, then it does as the agent's file has it. What it does with a turn that ends while a
 * response runs that may not be stopped is documented nowhere, so the bridge asks for the answer.
 */
export type Listening = 'to nobody' | 'freely';

/**
 * How it listens while the agent's first words are said, once a consent sentence has been heard.
 * A call that comes back is not greeted.
 */
export function listeningToGreeting(
  { manners, greeting }: Pick<Agent, 'manners' | 'greeting'>,
  comesBack = false,
): Listening {
  return manners.protect_greeting && greeting !== undefined && !comesBack ? 'to nobody' : 'freely';
}

/**
 * The turn detection of a session. With a noise gate the bridge decides what cuts the agent and what
 * is answered.
 * Source: https://developers.openai.com/api/docs/guides/realtime-vad
 */
export function describeTurnDetection(agent: Agent, listening: Listening): TurnDetection {
  const { manners, turn_detection: detection } = agent;
  return manners.min_interruption_ms > 0 || listening === 'to nobody'
    ? { ...detection, create_response: false, interrupt_response: false }
    : detection;
}

/** What of the turn detection the model confirmed otherwise than it was asked for: it explains odd turns. */
export function findOtherTurnDetection(
  agent: Agent,
  listening: Listening,
  confirmed: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | undefined {
  const differing = Object.entries(describeTurnDetection(agent, listening)).filter(
    ([name, value]) => name in confirmed && confirmed[name] !== value,
  );
  return differing.length === 0 ? undefined : Object.fromEntries(differing);
}

/** Has the model listen in another way. An update is a merge, and the formats are not touched. */
export function changeListening(agent: Agent, listening: Listening): ClientEvent {
  return {
    type: 'session.update',
    session: {
      type: 'realtime',
      audio: { input: { turn_detection: describeTurnDetection(agent, listening) } },
    },
  };
}
