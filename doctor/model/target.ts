import type { RealtimeSession } from '@realtime-phone/protocol/realtime/session';

/** Something that a name of the provider's has against it, as far as this version knows. */
export interface Doubt {
  readonly about: 'model' | 'voice' | 'transcription';
  /** False where this version has never heard the name: its lists grow old. */
  readonly isKnown: boolean;
  readonly text: string;
}

/** The model as the bridge would open it for the agent that answers. */
export interface ModelTarget {
  /** A value of REALTIME_PROVIDER. */
  readonly provider: string;
  /** With the model in its query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** With azure the name of the deployment. */
  readonly model: string;
  readonly agent: string;
  /** False where the agent waits for the caller to speak first. */
  readonly greets: boolean;
  readonly session: RealtimeSession;
  /** MODEL_READY_MS */
  readonly readyLimitMs: number;
  /** MODEL_AUDIO_MS */
  readonly audioLimitMs: number;
  readonly doubts: readonly Doubt[];
}

/** The agent files cannot be used, and without them no bridge starts: one line a fault. */
export interface AgentFaults {
  readonly agentFaults: readonly string[];
}

/**
 * Finds what the bridge would open. The doctor does not know the bridge: the command hands this in.
 * @throws an error that names the variable, where one of the bridge's has a fault.
 */
export type FindModel = (environment: NodeJS.ProcessEnv) => ModelTarget | AgentFaults;
