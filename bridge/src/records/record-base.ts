/** What is written of one call: all of it, or nothing. */
export interface Entry {
  readonly callSid: string;
  readonly callId: string | undefined;
  /** ISO 8601, UTC. */
  readonly admittedAt: string;
  /** JSON. */
  readonly record: string;
  /** JSON; null takes it away, undefined leaves what is there. */
  readonly resumeData: string | null | undefined;
  /** True where the webhook is to get the record. */
  readonly isDue: boolean;
}

/** A record that the webhook has not got yet. */
export interface Due {
  readonly callSid: string;
  /** Unix time in milliseconds. */
  readonly sinceMs: number;
}

/**
 * Where records lie: a file, or Redis. It has no queue and no patience; every promise may be rejected
 * with the reason of the driver.
 */
export interface RecordBase {
  /** Writes all entries, each in place of an older one of its call; durable once resolved. */
  write(entries: readonly Entry[]): Promise<void>;
  /** The record of a call, JSON, by its CallSid or the callId of a placed one. */
  read(id: string): Promise<string | undefined>;
  /** The newest records first. */
  list(limit: number): Promise<string[]>;
  /** Records admitted before a moment, ISO 8601, the oldest first. */
  listBefore(admittedAt: string, limit: number): Promise<string[]>;
  /** Takes calls away, with all that belongs to them. */
  remove(callSids: readonly string[]): Promise<void>;
  readResumeData(callSid: string): Promise<string | undefined>;
  /** CallSids of resume data that was last written before a moment, Unix milliseconds, the oldest first. */
  listUnended(savedBeforeMs: number, limit: number): Promise<string[]>;
  /** Forgets resume data of calls that were last written before a moment, Unix milliseconds. */
  removeResumeData(beforeMs: number): Promise<void>;
  /** What the webhook is to get, the oldest first. */
  listDue(limit: number): Promise<Due[]>;
  /** Takes a delivery for itself for so long, or longer; false where another bridge has it. */
  claimDue(callSid: string, forMs: number): Promise<boolean>;
  /** The webhook has it, or never will. */
  removeDue(callSid: string): Promise<void>;
  /** Rejected with the reason why nothing could be written now. */
  check(): Promise<void>;
  close(): Promise<void>;
}
