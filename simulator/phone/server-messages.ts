/** A message of the stream's server, or why Twilio ignores it. */
export type ServerMessage =
  | { readonly event: 'media'; readonly mulaw: Buffer }
  | { readonly event: 'mark'; readonly name: string }
  | { readonly event: 'clear' }
  | { readonly event: 'violation'; readonly code: 31950 | 31951; readonly detail: string };

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Reads one frame of a stream's server as strictly as Twilio: text, and exactly the fields of
 * `media`, `mark` and `clear`, with this stream's sid.
 * Source: https://www.twilio.com/docs/api/errors/31950, https://www.twilio.com/docs/api/errors/31951
 */
export function readServerMessage(
  data: Buffer,
  isBinary: boolean,
  streamSid: string,
): ServerMessage {
  if (isBinary) return { event: 'violation', code: 31950, detail: 'a binary frame' };
  try {
    return readStrictly(parse(data.toString('utf8')), streamSid);
  } catch (problem) {
    if (!(problem instanceof Violation)) throw problem;
    return { event: 'violation', code: 31951, detail: problem.message };
  }
}

class Violation extends Error {}

function readStrictly(message: unknown, streamSid: string): ServerMessage {
  const event = typeof message === 'object' && message && 'event' in message ? message.event : null;
  switch (event) {
    case 'media': {
      const { media } = checkStream(message, streamSid, ['event', 'streamSid', 'media']);
      const { payload } = fields(media, 'media', ['payload']);
      if (typeof payload !== 'string' || !BASE64.test(payload)) {
        throw new Violation('media.payload is not base64');
      }
      return { event, mulaw: Buffer.from(payload, 'base64') };
    }
    case 'mark': {
      const { mark } = checkStream(message, streamSid, ['event', 'streamSid', 'mark']);
      const { name } = fields(mark, 'mark', ['name']);
      if (typeof name !== 'string') throw new Violation('mark.name is not a string');
      return { event, name };
    }
    case 'clear':
      checkStream(message, streamSid, ['event', 'streamSid']);
      return { event };
    default:
      throw new Violation(`the event is ${JSON.stringify(event)}, not media, mark or clear`);
  }
}

function checkStream(
  message: unknown,
  streamSid: string,
  names: readonly string[],
): Record<string, unknown> {
  const object = fields(message, 'the message', names);
  if (object.streamSid !== streamSid) {
    throw new Violation(`streamSid is ${JSON.stringify(object.streamSid)}, not ${streamSid}`);
  }
  return object;
}

function fields(value: unknown, what: string, names: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Violation(`${what} is not an object`);
  }
  const missing = names.filter((name) => !(name in value));
  const extra = Object.keys(value).filter((name) => !names.includes(name));
  if (missing.length > 0) throw new Violation(`${what} lacks ${missing.join(', ')}`);
  if (extra.length > 0) throw new Violation(`${what} has ${extra.join(', ')}, which is not known`);
  return value as Record<string, unknown>; // an object from JSON; its fields are checked by name
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Violation('not JSON');
  }
}
