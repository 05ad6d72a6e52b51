/** What a coded error says, and how it is answered on each kind of wire. */
export interface Fault {
  /** What was wrong, without the particulars of one case. */
  readonly message: string;
  /** What the reader can do about it. */
  readonly remedy: string;
  /** HTTP status, where an HTTP request is refused with it. */
  readonly status?: number;
  /** When to ask again, in seconds; otherwise 5 with status 503. */
  readonly retryAfterS?: number;
  /** WebSocket close code (RFC 6455 section 7.4), where a socket is closed with it. */
  readonly closeCode?: number;
  /** True where the same thing may work when tried again unchanged. */
  readonly retryable?: boolean;
}
