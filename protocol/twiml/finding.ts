/** One thing that is wrong, or will surprise, in a TwiML document. */
export interface TwimlFinding {
  /** Twilio's own error code; null where Twilio has none. */
  readonly code: number | null;
  /** Stable name of the finding, as in `stream-query-dropped`. */
  readonly id: string;
  /** `error`: the call does not do what the document says. `warning`: Twilio goes on. */
  readonly level: 'error' | 'warning';
  /** What is wrong in this document. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Line in the document, from 1. */
  readonly line?: number;
}

/** A value from the document, cut and quoted for a message. */
export function quote(value: string): string {
  return value.length > 80 ? `"${value.slice(0, 80)}…"` : `"${value}"`;
}
