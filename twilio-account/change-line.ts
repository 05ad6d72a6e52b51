import type { PointingChange } from './pointing';

/** What the fields of a number are called. */
export const FIELD_NAMES = {
  voice: 'voice',
  fallback: 'fallback',
  statusCallback: 'status callback',
  trunk: 'SIP trunk',
  application: 'TwiML app',
} as const;

/** A name and what is said of it, in columns. */
export function line(name: string, text: string): string {
  return `${name.padEnd(15)} ${text}`;
}

/** A change in a line: what it was comes first. */
export function changeLine({ field, before, after }: PointingChange): string {
  return line(FIELD_NAMES[field], `${before ?? '(none)'} → ${after ?? '(none)'}`);
}
