import { skipBase64, skipDigits, skipPlain, skipText } from '../plain-json';
import type { ServerEvent } from './server-events';

/** A piece of what the agent says, as sound or as words. */
type Delta = Extract<
  ServerEvent,
  { type: 'response.output_audio.delta' | 'response.output_audio_transcript.delta' }
>;

const AUDIO = Buffer.from('response.output_audio.delta');
const TRANSCRIPT = Buffer.from('response.output_audio_transcript.delta');
const TYPE_KEY = Buffer.from('type');
const DELTA_KEY = Buffer.from('delta');
const RESPONSE_ID_KEY = Buffer.from('response_id');
const ITEM_ID_KEY = Buffer.from('item_id');
const CONTENT_INDEX_KEY = Buffer.from('content_index');
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const ZERO = 0x30;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const MOST_DIGITS = 15;
const LONGEST_KEY = 32;

/**
 * Reads a delta of audio or of its transcript without reading it as JSON: a flat object without blanks,
 * of strings in plain ASCII and of whole numbers, in any order, with audio that is base64. Whatever
 * differs, and every other event, is not for this, and `readServerEvent` has it; where both read a frame
 * they read the same.
 * Sources: https://platform.openai.com/docs/api-reference/realtime-server-events/response/output_audio/delta,
 * https://platform.openai.com/docs/api-reference/realtime-server-events/response/output_audio_transcript/delta
 * @returns undefined where the frame is of another form. Audio stands in the frame.
 */
export function readDelta(frame: Buffer): Delta | undefined {
  let type: Delta['type'] | undefined;
  let isAudio = true;
  let deltaAt = 0;
  let deltaEnd = 0;
  let responseId = '';
  let itemId = '';
  let contentIndex = 0;
  let at = 0;
  if (frame[0] !== OPENING_BRACE) return undefined;
  do {
    const keyAt = at + 2;
    const keyEnd = endOfText(frame, at + 1);
    if (keyEnd < 0 || keyEnd - keyAt >= LONGEST_KEY || frame[keyEnd + 1] !== COLON)
      return undefined;
    const valueAt = keyEnd + 2;
    if (frame[valueAt] !== QUOTE) {
      const valueEnd = endOfNumber(frame, valueAt);
      if (valueEnd < 0 || isTextKey(frame, keyAt, keyEnd)) return undefined;
      if (is(frame, keyAt, keyEnd, CONTENT_INDEX_KEY))
        contentIndex = Number(frame.toString('latin1', valueAt, valueEnd));
      at = valueEnd;
      continue;
    }
    const textAt = valueAt + 1;
    if (is(frame, keyAt, keyEnd, DELTA_KEY)) {
      const base64End = endOfBase64(frame, textAt);
      isAudio = base64End >= 0;
      deltaAt = textAt;
      deltaEnd = isAudio ? base64End : endOfText(frame, valueAt);
      if (deltaEnd < 0) return undefined;
      at = deltaEnd + 1;
      continue;
    }
    const textEnd = endOfText(frame, valueAt);
    if (textEnd < 0 || is(frame, keyAt, keyEnd, CONTENT_INDEX_KEY)) return undefined;
    if (is(frame, keyAt, keyEnd, TYPE_KEY)) {
      type = readType(frame, textAt, textEnd);
      if (type === undefined) return undefined;
    } else if (is(frame, keyAt, keyEnd, RESPONSE_ID_KEY))
      responseId = frame.toString('latin1', textAt, textEnd);
    else if (is(frame, keyAt, keyEnd, ITEM_ID_KEY))
      itemId = frame.toString('latin1', textAt, textEnd);
    at = textEnd + 1;
  } while (frame[at] === COMMA);
  if (frame[at] !== CLOSING_BRACE || at !== frame.length - 1) return undefined;
  if (type === 'response.output_audio_transcript.delta') {
    const delta = frame.toString('latin1', deltaAt, deltaEnd);
    return { type, delta, responseId, itemId, contentIndex };
  }
  if (type === undefined || !isAudio) return undefined;
  const delta = { bytes: frame, from: deltaAt, to: deltaEnd };
  return { type, delta, responseId, itemId, contentIndex };
}

function readType(frame: Buffer, from: number, to: number): Delta['type'] | undefined {
  if (is(frame, from, to, AUDIO)) return 'response.output_audio.delta';
  if (is(frame, from, to, TRANSCRIPT)) return 'response.output_audio_transcript.delta';
  return undefined;
}

/** True where these bytes of the frame are that text. */
function is(frame: Buffer, from: number, to: number, text: Uint8Array): boolean {
  return to - from === text.length && skipText(frame, from, text) === to;
}

/** True for what the other reading wants as a text. */
function isTextKey(frame: Buffer, from: number, to: number): boolean {
  return (
    is(frame, from, to, TYPE_KEY) ||
    is(frame, from, to, DELTA_KEY) ||
    is(frame, from, to, RESPONSE_ID_KEY) ||
    is(frame, from, to, ITEM_ID_KEY)
  );
}

/** The place of the quote that ends a text, or -1 where it is none that means what it says. */
function endOfText(frame: Buffer, at: number): number {
  const end = frame[at] === QUOTE ? skipPlain(frame, at + 1) : -1;
  return frame[end] === QUOTE ? end : -1;
}

/** The place of the quote behind base64, or -1. */
function endOfBase64(frame: Buffer, from: number): number {
  const end = skipBase64(frame, from);
  return frame[end] === QUOTE ? end : -1;
}

/** The place behind a whole number as JSON writes it, or -1. */
function endOfNumber(frame: Buffer, at: number): number {
  const end = skipDigits(frame, at);
  const digits = end - at;
  return digits > MOST_DIGITS || (digits > 1 && frame[at] === ZERO) ? -1 : end;
}
