import { isWholeObject, skipField, skipKey, skipObject, skipString, skipText } from '../plain-json';
import { SeenFields } from '../seen-fields';

const EVENT = Buffer.from('"event"');
const MARK = Buffer.from('"mark"');
const NAME = Buffer.from('"name"');
const SEEN = { event: 1, mark: 2, name: 4 };
const NEEDED = SEEN.event | SEEN.mark | SEEN.name;

/**
 * Reads the name of a mark that came back without reading the message as JSON, in whatever order its
 * fields stand. Whatever has more than plain texts and whole numbers is not for this, and
 * `readFromTwilio` has it; where both read a message they read the same.
 * Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages#mark-message
 */
export class MarkSlice {
  readonly #seen = new SeenFields();
  #from = 0;
  #to = 0;
  readonly #skipField = (frame: Uint8Array, at: number): number => {
    const event = skipKey(frame, at, EVENT);
    if (event >= 0) return this.#seen.note(SEEN.event, skipText(frame, event, MARK));
    const mark = skipKey(frame, at, MARK);
    if (mark >= 0)
      return this.#seen.note(SEEN.mark, skipObject(frame, mark, this.#skipFieldOfMark));
    return skipField(frame, at);
  };
  readonly #skipFieldOfMark = (frame: Uint8Array, at: number): number => {
    const name = skipKey(frame, at, NAME);
    if (name < 0) return skipField(frame, at);
    const end = skipString(frame, name);
    if (end <= name + 2) return -1; // an empty name is a fault, which the other reading tells
    this.#from = name + 1;
    this.#to = end - 1;
    return this.#seen.note(SEEN.name, end);
  };

  /** @returns undefined where the message is of another form. */
  readName(frame: Uint8Array): string | undefined {
    this.#seen.clear();
    if (!isWholeObject(frame, this.#skipField) || !this.#seen.hasAll(NEEDED)) return undefined;
    const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.length);
    return bytes.toString('latin1', this.#from, this.#to);
  }
}
