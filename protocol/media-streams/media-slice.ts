import {
  isWholeObject,
  MOST_DIGITS,
  readNumber,
  skipBase64,
  skipBase64String,
  skipDigits,
  skipField,
  skipKey,
  skipNumber,
  skipObject,
  skipPlain,
  skipText,
} from '../plain-json';
import { SeenFields } from '../seen-fields';

/* As Twilio sends it. */
const HEAD = Buffer.from('{"event":"media","sequenceNumber":"');
const MEDIA_AS_SENT = Buffer.from('","media":{"track":"inbound","chunk":"');
const TIMESTAMP_AS_SENT = Buffer.from('","timestamp":"');
const PAYLOAD_AS_SENT = Buffer.from('","payload":"');
const STREAM_SID = Buffer.from('"},"streamSid":"');
const END = Buffer.from('"}');

/* In any order. */
const EVENT = Buffer.from('"event"');
const MEDIA = Buffer.from('"media"');
const TRACK = Buffer.from('"track"');
const INBOUND = Buffer.from('"inbound"');
const TIMESTAMP = Buffer.from('"timestamp"');
const PAYLOAD = Buffer.from('"payload"');
const QUOTE = 0x22;
/** The first letters of their keys, which tell them from others soonest. */
const E = 0x65;
const M = 0x6d;
const P = 0x70;
const T = 0x74;
const R = 0x72;

/** What was seen of a frame: each once, all but the track for sure. */
const SEEN = { event: 1, media: 2, timestamp: 4, payload: 8, track: 16 };
const NEEDED = SEEN.event | SEEN.media | SEEN.timestamp | SEEN.payload;

/**
 * Finds the payload of a frame of caller audio without reading it as JSON. Twilio sends its fields
 * in one order and without blanks; those who stand in for Twilio send them in others, and are read as
 * well. Whatever is more than that (escapes, another track, fields of other kinds) is not for this,
 * and `readFromTwilio` has it; where both read a frame they read the same.
 * Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages#media-message
 */
export class MediaSlice {
  /** Where the payload of the frame that was read last begins. */
  from = 0;
  /** The byte behind it. */
  to = 0;
  /** Its time since the stream began. */
  timestampMs = 0;
  readonly #seen = new SeenFields();
  readonly #skipField = (frame: Uint8Array, at: number): number => {
    const letter = frame[at + 1];
    if (letter === E) {
      const value = skipKey(frame, at, EVENT);
      if (value >= 0) return this.#seen.note(SEEN.event, skipText(frame, value, MEDIA));
    } else if (letter === M) {
      const value = skipKey(frame, at, MEDIA);
      if (value >= 0)
        return this.#seen.note(SEEN.media, skipObject(frame, value, this.#skipFieldOfMedia));
    }
    return skipField(frame, at);
  };
  readonly #skipFieldOfMedia = (frame: Uint8Array, at: number): number => {
    const letter = frame[at + 1];
    if (letter === P) {
      const value = skipKey(frame, at, PAYLOAD);
      if (value >= 0) return this.#seen.note(SEEN.payload, this.#skipPayload(frame, value));
    } else if (letter === T && frame[at + 2] === R) {
      const value = skipKey(frame, at, TRACK);
      if (value >= 0) return this.#seen.note(SEEN.track, skipText(frame, value, INBOUND));
    } else if (letter === T) {
      const value = skipKey(frame, at, TIMESTAMP);
      if (value >= 0) return this.#seen.note(SEEN.timestamp, this.#skipTimestamp(frame, value));
    }
    return skipField(frame, at);
  };

  /**
   * Reads the one form in which Twilio sends it, where there is nothing to find out.
   * @returns false where the frame is of another form.
   */
  readAsSent(frame: Uint8Array): boolean {
    let at = skipText(frame, 0, HEAD);
    at = skipText(frame, skipDigits(frame, at), MEDIA_AS_SENT);
    const timestampAt = skipText(frame, skipDigits(frame, at), TIMESTAMP_AS_SENT);
    const behindTimestamp = skipDigits(frame, timestampAt);
    const from = skipText(frame, behindTimestamp, PAYLOAD_AS_SENT);
    if (from < 0 || behindTimestamp - timestampAt > MOST_DIGITS) return false;
    const to = skipBase64(frame, from);
    const end = skipText(frame, skipPlain(frame, skipText(frame, to, STREAM_SID)), END);
    if (to === from || end !== frame.length) return false;
    this.from = from;
    this.to = to;
    this.timestampMs = readNumber(frame, timestampAt, behindTimestamp);
    return true;
  }

  /** Reads it in whatever order. @returns false where the frame has more to it. */
  readInAnyOrder(frame: Uint8Array): boolean {
    this.#seen.clear();
    return isWholeObject(frame, this.#skipField) && this.#seen.hasAll(NEEDED);
  }

  #skipPayload(frame: Uint8Array, at: number): number {
    const end = skipBase64String(frame, at);
    if (end <= at + 2) return -1; // an empty one is for the other reading
    this.from = at + 1;
    this.to = end - 1;
    return end;
  }

  /** Twilio's documentation calls it a number and its examples show a text. */
  #skipTimestamp(frame: Uint8Array, at: number): number {
    const isText = frame[at] === QUOTE;
    const from = isText ? at + 1 : at;
    const to = isText ? skipDigits(frame, from) : skipNumber(frame, from);
    if (to < 0 || to - from > MOST_DIGITS || (isText && frame[to] !== QUOTE)) return -1;
    this.timestampMs = readNumber(frame, from, to);
    return isText ? to + 1 : to;
  }
}
