import type { RealtimeSession } from '@realtime-phone/protocol/realtime/session';
import type { Agent } from '../agent/agent-file';
import type { Listening } from '../call/manners';
import type { Breaker } from './breaker';

/** What a provider reads of the configuration. */
export interface ModelConfig {
  readonly REALTIME_URL: string;
  readonly REALTIME_MODEL: string;
  readonly OPENAI_API_KEY?: string | undefined;
}

/** What is particular to a provider of the Realtime protocol. */
export interface Provider {
  readonly name: string;
  /** @param model which model, if not the configured one. */
  url(model?: string): string;
  headers(): Readonly<Record<string, string>>;
  /** @param listening how the model listens at first. */
  session(agent: Agent, listening: Listening): RealtimeSession;
}

/** A place where sessions are had, and how it has been of late. */
export interface Endpoint {
  readonly name: 'first' | 'second';
  readonly provider: Provider;
  readonly breaker: Breaker;
}
