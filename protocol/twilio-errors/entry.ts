/** One of Twilio's error codes, in our own words. */
export interface TwilioErrorEntry {
  readonly name: string;
  /** As Twilio's debugger shows it. */
  readonly level: 'error' | 'warning';
  /** What is behind it. */
  readonly cause: string;
  /** What to do about it. */
  readonly remedy: string;
  /** What is often said of it, and wrong. */
  readonly folklore?: string;
}

/** Entries by code. */
export type TwilioErrorTable = Readonly<Record<number, TwilioErrorEntry>>;
