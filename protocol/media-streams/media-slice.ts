import { readNumber, skipBase64, skipDigits, skipPlain, skipText } from '../plain-json';

const HEAD = Buffer.from('{"event":"media","sequenceNumber":"');
const TRACK = Buffer.from('","media":{"track":"inbound","chunk":"');
const TIMESTAMP = Buffer.from('","timestamp":"');
const PAYLOAD = Buffer.from('","payload":"');
const STREAM = Buffer.from('"},"streamSid":"');
/** Of a number that can be held exactly. */
const MOST_DIGITS = 15;
const QUOTE = 0x22;
const CLOSING_BRACE = 0x7d;

/**
 * Finds the payload of a frame of caller audio without reading it as JSON: for the one form in which
 * Twilio sends it, to the byte. Whatever differs from that (order, blanks, escapes, other fields) is
 * not for this, and `readFromTwilio` has it; where both read a frame they read the same.
 * Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages#media-message
 */
export class MediaSlice {
  /** Where the payload of the frame that was read last begins. */
  from = 0;
  /** The byte behind it. */
  to = 0;
  /** Its time since the stream began. */
  timestampMs = 0;

  /** @returns false where the frame is of another form. */
  read(frame: Uint8Array): boolean {
    let at = skipText(frame, 0, HEAD);
    at = skipText(frame, skipDigits(frame, at), TRACK);
    const timestampAt = skipText(frame, skipDigits(frame, at), TIMESTAMP);
    const behindTimestamp = skipDigits(frame, timestampAt);
    at = skipText(frame, behindTimestamp, PAYLOAD);
    if (at < 0 || behindTimestamp - timestampAt > MOST_DIGITS) return false;
    const to = skipBase64(frame, at);
    const end = skipPlain(frame, skipText(frame, to, STREAM));
    if (to === at || end < 0 || end !== frame.length - 2) return false;
    if (frame[end] !== QUOTE || frame[end + 1] !== CLOSING_BRACE) return false;
    this.from = at;
    this.to = to;
    this.timestampMs = readNumber(frame, timestampAt, behindTimestamp);
    return true;
  }
}
