import { randomBytes } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** What the Realtime API puts before its ids. */
export type IdPrefix = 'event' | 'sess' | 'conv' | 'resp' | 'item' | 'call';

/** A new id as the Realtime API writes them: the prefix, an underscore, 21 letters and digits. */
export function newId(prefix: IdPrefix): string {
  const letters = Array.from(randomBytes(21), (byte) => LETTERS.charAt(byte % LETTERS.length));
  return `${prefix}_${letters.join('')}`;
}
