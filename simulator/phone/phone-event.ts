/** What can happen in a call, seen from the phone. */
export type PhoneEventKind =
  | 'call-started'
  | 'webhook'
  | 'twiml'
  | 'answered'
  | 'say'
  | 'pause'
  | 'play'
  | 'record'
  | 'dial'
  | 'redirect'
  | 'hang-up'
  | 'reject'
  | 'verb-skipped'
  | 'stream-connecting'
  | 'stream-accepted'
  | 'stream-refused'
  | 'stream-started'
  | 'agent-audio-first'
  | 'agent-speaks'
  | 'agent-quiet'
  | 'mark'
  | 'clear'
  | 'caller-speaks'
  | 'caller-quiet'
  | 'caller-presses'
  | 'caller-hangs-up'
  | 'stream-closed'
  | 'status-callback'
  | 'warning'
  | 'error'
  | 'call-ended';

/** One thing that happened. */
export interface PhoneEvent {
  readonly kind: PhoneEventKind;
  /** Milliseconds since the call began, on a monotonic clock. */
  readonly atMs: number;
  /** The same moment as Unix time, to merge with other logs. */
  readonly atUnixMs: number;
  /** A sentence that a person can read. */
  readonly text: string;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}
