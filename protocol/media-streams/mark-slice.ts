import { skipDigits, skipPlain, skipText } from '../plain-json';

const HEAD = Buffer.from('{"event":"mark","sequenceNumber":"');
const STREAM = Buffer.from('","streamSid":"');
const NAME = Buffer.from('","mark":{"name":"');
const TAIL = Buffer.from('"}}');

/**
 * Reads the name of a mark that came back without reading the message as JSON: for the one form in
 * which Twilio sends it. Whatever differs is not for this, and `readFromTwilio` has it; where both read a
 * message they read the same.
 * Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages#mark-message
 * @returns undefined where the message is of another form.
 */
export function readMarkName(frame: Uint8Array): string | undefined {
  const streamAt = skipText(frame, skipDigits(frame, skipText(frame, 0, HEAD)), STREAM);
  const nameAt = skipText(frame, skipPlain(frame, streamAt), NAME);
  const nameEnd = skipPlain(frame, nameAt);
  if (nameEnd <= nameAt || skipText(frame, nameEnd, TAIL) !== frame.length) return undefined;
  return Buffer.from(frame.buffer, frame.byteOffset, frame.length).toString(
    'latin1',
    nameAt,
    nameEnd,
  );
}
