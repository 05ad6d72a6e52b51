/** `POST /calls/{CallSid}/events`: what Twilio told the Functions, passed on as it came. */
export interface CallEvent {
  /** The Function that received it. */
  readonly source: 'call-status' | 'stream-status' | 'stream-ended' | 'fallback';
  /** Twilio's parameters by their own names; a repeated one is the last. */
  readonly parameters: Readonly<Record<string, string>>;
}
