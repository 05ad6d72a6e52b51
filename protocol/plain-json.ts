import { isBase64Group, isPaddedGroup } from './base64';

/*
 * Steps through a JSON message in which everything means what it says: no escapes, nothing beyond
 * ASCII, no fractions. Each gives the place behind what it skips, or -1 where that is not there; from
 * -1 on it stays -1. Where they get through, `JSON.parse` reads the same.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const ZERO = 0x30;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const SPACE = 0x20;
/** Of a number that can be held exactly. */
export const MOST_DIGITS = 15;

/** Goes behind one field of an object, from the quote of its key. */
export type SkipField = (frame: Uint8Array, at: number) => number;

/** An object, field by field; an empty one is none. */
export function skipObject(frame: Uint8Array, at: number, skipField: SkipField): number {
  if (at < 0 || frame[at] !== OPENING_BRACE) return -1;
  let next = skipBlanks(frame, at + 1);
  for (;;) {
    const behind = skipBlanks(frame, skipField(frame, next));
    if (behind < 0) return -1;
    if (frame[behind] === CLOSING_BRACE) return behind + 1;
    if (frame[behind] !== COMMA) return -1;
    next = skipBlanks(frame, behind + 1);
  }
}

/** True where the frame is one object, with blanks around it at most. */
export function isWholeObject(frame: Uint8Array, skipField: SkipField): boolean {
  const end = skipObject(frame, skipBlanks(frame, 0), skipField);
  return end >= 0 && skipBlanks(frame, end) === frame.length;
}

/** A field whose value does not matter: a text or a whole number. */
export function skipField(frame: Uint8Array, at: number): number {
  const value = skipColon(frame, skipString(frame, at));
  if (value < 0) return -1;
  return frame[value] === QUOTE ? skipString(frame, value) : skipNumber(frame, value);
}

/** A key, and what stands between it and its value. @param key with its quotes. */
export function skipKey(frame: Uint8Array, at: number, key: Uint8Array): number {
  return skipColon(frame, skipText(frame, at, key));
}

/** A colon with the blanks around it. */
export function skipColon(frame: Uint8Array, at: number): number {
  const colon = skipBlanks(frame, at);
  return colon >= 0 && frame[colon] === COLON ? skipBlanks(frame, colon + 1) : -1;
}

/** Blanks, as many as there are. */
export function skipBlanks(frame: Uint8Array, at: number): number {
  if (at < 0) return -1;
  let end = at;
  for (
    let byte = frame[end];
    byte !== undefined &&
    byte <= SPACE &&
    (byte === SPACE || byte === 0x0a || byte === 0x0d || byte === 0x09);
    byte = frame[end]
  )
    end += 1;
  return end;
}

/** A text with its quotes. */
export function skipString(frame: Uint8Array, at: number): number {
  if (at < 0 || frame[at] !== QUOTE) return -1;
  const end = skipPlain(frame, at + 1);
  return frame[end] === QUOTE ? end + 1 : -1;
}

/** A whole number, not below 0, that can be held exactly. */
export function skipNumber(frame: Uint8Array, at: number): number {
  const end = skipDigits(frame, at);
  const digits = end - at;
  return digits > MOST_DIGITS || (digits > 1 && frame[at] === ZERO) ? -1 : end;
}

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

/** Base64 with its padding, or none: as many groups of four as there are. */
export function skipBase64(frame: Uint8Array, at: number): number {
  if (at < 0) return -1;
  const last = frame.length - 4;
  let end = at;
  while (end <= last && isBase64Group(frame, end)) end += 4;
  return end <= last && isPaddedGroup(frame, end) ? end + 4 : end;
}

/** A text of base64, which may be empty, with its quotes. */
export function skipBase64String(frame: Uint8Array, at: number): number {
  if (at < 0 || frame[at] !== QUOTE) return -1;
  const end = skipBase64(frame, at + 1);
  return frame[end] === QUOTE ? end + 1 : -1;
}

/** Text of printable ASCII that means in JSON what it says. */
export function skipPlain(frame: Uint8Array, at: number): number {
  if (at < 0) return -1;
  let end = at;
  for (
    let byte = frame[end];
    byte !== undefined && byte >= SPACE && byte < 0x7f && byte !== QUOTE && byte !== BACKSLASH;
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
