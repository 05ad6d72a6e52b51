import { BASE64_PADDING, isBase64Byte } from './base64';

/*
 * Steps through a JSON message that is written as it always is. Each gives the place behind what it
 * skips, or -1 where that is not there; from -1 on it stays -1.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** This text. */
export function skipText(frame: Uint8Array, at: number, text: Uint8Array): number {
  if (at < 0 || at + text.length > frame.length) return -1;
  for (let index = 0; index < text.length; index += 1)
    if (frame[at + index] !== text[index]) return -1;
  return at + text.length;
}

/** Digits, at least one. */
export function skipDigits(frame: Uint8Array, at: number): number {
  if (at < 0) return -1;
  let end = at;
  for (let byte = frame[end]; byte !== undefined && byte >= 0x30 && byte <= 0x39; byte = frame[end])
    end += 1;
  return end === at ? -1 : end;
}

/** Base64 with its padding, or none. */
export function skipBase64(frame: Uint8Array, at: number): number {
  if (at < 0) return -1;
  let end = at;
  while (isBase64Byte(frame[end])) end += 1;
  for (let padding = 0; padding < 2 && frame[end] === BASE64_PADDING; padding += 1) end += 1;
  return (end - at) % 4 === 0 ? end : -1;
}

/** Text of printable ASCII that means in JSON what it says. */
export function skipPlain(frame: Uint8Array, at: number): number {
  if (at < 0) return -1;
  let end = at;
  for (
    let byte = frame[end];
    byte !== undefined && byte >= 0x20 && byte < 0x7f && byte !== QUOTE && byte !== BACKSLASH;
    byte = frame[end]
  )
    end += 1;
  return end;
}

/** The number that these digits are. */
export function readNumber(frame: Uint8Array, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) number = number * 10 + (frame[at] ?? 0) - 0x30;
  return number;
}
