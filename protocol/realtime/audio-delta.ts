import { isBase64 } from '../base64';
import type { ServerEvent } from './server-events';

type AudioDelta = Extract<ServerEvent, { type: 'response.output_audio.delta' }>;

const TYPE = 'response.output_audio.delta';
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const ZERO = 0x30;
const NINE = 0x39;
const BACKSLASH = 0x5c;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const MOST_DIGITS = 15;
const LONGEST_KEY = 32;

/**
 * Reads an audio delta without reading it as JSON: a flat object without blanks, of strings in plain
 * ASCII and of whole numbers, in any order, with audio that is base64. Whatever differs, and every other event, is not for this,
 * and `readServerEvent` has it; where both read a frame they read the same.
 * Source: https://platform.openai.com/docs/api-reference/realtime-server-events/response/output_audio/delta
 * @returns undefined where the frame is of another form.
 */
export function readAudioDelta(frame: Buffer): AudioDelta | undefined {
  let type = '';
  let delta = '';
  let responseId = '';
  let itemId = '';
  let contentIndex = 0;
  let at = 0;
  if (frame[0] !== OPENING_BRACE) return undefined;
  do {
    const keyAt = at + 1;
    const keyEnd = endOfText(frame, keyAt);
    if (keyEnd < 0 || keyEnd - keyAt > LONGEST_KEY || frame[keyEnd + 1] !== COLON) return undefined;
    const key = frame.toString('latin1', keyAt + 1, keyEnd);
    const valueAt = keyEnd + 2;
    if (frame[valueAt] === QUOTE) {
      // The audio is most of the frame: looked through natively, and checked as a whole.
      const valueEnd =
        key === 'delta' ? frame.indexOf(QUOTE, valueAt + 1) : endOfText(frame, valueAt);
      if (valueEnd < 0) return undefined;
      const isNeeded =
        key === 'type' || key === 'delta' || key === 'response_id' || key === 'item_id';
      const value = isNeeded ? frame.toString('latin1', valueAt + 1, valueEnd) : '';
      if (key === 'type') {
        if (value !== TYPE) return undefined;
        type = value;
      } else if (key === 'delta') {
        if (!isBase64(value)) return undefined;
        delta = value;
      } else if (key === 'response_id') responseId = value;
      else if (key === 'item_id') itemId = value;
      else if (key === 'content_index') return undefined;
      at = valueEnd + 1;
    } else {
      const valueEnd = endOfNumber(frame, valueAt);
      if (valueEnd < 0 || key === 'type' || key === 'delta' || key.endsWith('_id'))
        return undefined;
      if (key === 'content_index')
        contentIndex = Number(frame.toString('latin1', valueAt, valueEnd));
      at = valueEnd;
    }
  } while (frame[at] === COMMA);
  if (frame[at] !== CLOSING_BRACE || at !== frame.length - 1 || type === '') return undefined;
  return { type: TYPE, delta, responseId, itemId, contentIndex };
}

/** The place of the quote that ends a text, or -1 where it is none that means what it says. */
function endOfText(frame: Buffer, at: number): number {
  if (frame[at] !== QUOTE) return -1;
  let end = at + 1;
  for (
    let byte = frame[end];
    byte !== undefined && byte >= 0x20 && byte < 0x7f && byte !== QUOTE && byte !== BACKSLASH;
    byte = frame[end]
  )
    end += 1;
  return frame[end] === QUOTE ? end : -1;
}

/** The place behind a whole number as JSON writes it, or -1. */
function endOfNumber(frame: Buffer, at: number): number {
  let end = at;
  for (let byte = frame[end]; byte !== undefined && byte >= ZERO && byte <= NINE; byte = frame[end])
    end += 1;
  const digits = end - at;
  if (digits === 0 || digits > MOST_DIGITS || (digits > 1 && frame[at] === ZERO)) return -1;
  return end;
}
