/** The kinds of things that the model tells a listener. */
export type ModelEventKind =
  | 'upgrade refused'
  | 'session created'
  | 'session updated'
  | 'audio arrives'
  | 'speech started'
  | 'speech stopped'
  | 'turn committed'
  | 'turn transcribed'
  | 'idle timeout'
  | 'response created'
  | 'first audio'
  | 'response done'
  | 'item truncated'
  | 'error sent'
  | 'fault'
  | 'session closed';

/** Something that happened at the model, for a timeline. */
export interface ModelEvent {
  readonly atUnixMs: number;
  readonly kind: ModelEventKind;
  /** Empty where there is no session yet. */
  readonly sessionId: string;
  /** One sentence for a person. */
  readonly sentence: string;
}
