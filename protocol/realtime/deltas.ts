import {
  skipBase64String,
  skipBlanks,
  skipColon,
  skipNumber,
  skipString,
  skipText,
} from '../plain-json';
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
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const LONGEST_KEY = 32;

/**
 * Reads a delta of audio or of its transcript without reading it as JSON: a flat object of strings in
 * plain ASCII and of whole numbers, in any order, with audio that is base64. Whatever differs, and
 * every other event, is not for this, and `readServerEvent` has it; where both read a frame they read
 * the same.
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
  let at = skipBlanks(frame, 0);
  if (frame[at] !== OPENING_BRACE) return undefined;
  do {
    const keyAt = skipBlanks(frame, at + 1) + 1;
    const keyEnd = skipString(frame, keyAt - 1) - 1;
    const valueAt = skipColon(frame, keyEnd + 1);
    if (keyEnd < 0 || valueAt < 0 || keyEnd - keyAt >= LONGEST_KEY) return undefined;
    let behind: number;
    if (frame[valueAt] !== QUOTE) {
      behind = skipNumber(frame, valueAt);
      if (behind < 0 || isTextKey(frame, keyAt, keyEnd)) return undefined;
      if (is(frame, keyAt, keyEnd, CONTENT_INDEX_KEY))
        contentIndex = Number(frame.toString('latin1', valueAt, behind));
    } else if (is(frame, keyAt, keyEnd, DELTA_KEY)) {
      behind = skipBase64String(frame, valueAt);
      isAudio = behind >= 0;
      if (!isAudio) behind = skipString(frame, valueAt);
      if (behind < 0) return undefined;
      deltaAt = valueAt + 1;
      deltaEnd = behind - 1;
    } else {
      const textAt = valueAt + 1;
      const textEnd = skipString(frame, valueAt) - 1;
      if (textEnd < 0 || is(frame, keyAt, keyEnd, CONTENT_INDEX_KEY)) return undefined;
      if (is(frame, keyAt, keyEnd, TYPE_KEY)) {
        type = readType(frame, textAt, textEnd);
        if (type === undefined) return undefined;
      } else if (is(frame, keyAt, keyEnd, RESPONSE_ID_KEY))
        responseId = frame.toString('latin1', textAt, textEnd);
      else if (is(frame, keyAt, keyEnd, ITEM_ID_KEY))
        itemId = frame.toString('latin1', textAt, textEnd);
      behind = textEnd + 1;
    }
    at = skipBlanks(frame, behind);
  } while (frame[at] === COMMA);
  if (frame[at] !== CLOSING_BRACE || skipBlanks(frame, at + 1) !== frame.length) return undefined;
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
