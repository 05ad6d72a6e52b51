import { isBase64 } from '../base64';
import { CodedError } from '../errors';

/** What a stream carries, as `start` declares it. */
export interface MediaFormat {
  readonly encoding: string;
  readonly sampleRate: number;
  readonly channels: number;
}

/** A message from Twilio, read. Times are in milliseconds since the stream began. */
export type FromTwilio =
  | { readonly event: 'connected' }
  | {
      readonly event: 'start';
      readonly streamSid: string;
      readonly callSid: string;
      readonly mediaFormat: MediaFormat;
      readonly customParameters: Readonly<Record<string, string>>;
    }
  | {
      readonly event: 'media';
      readonly track: string;
      readonly timestampMs: number | undefined;
      readonly payload: string;
    }
  | { readonly event: 'dtmf'; readonly digit: string }
  | { readonly event: 'mark'; readonly name: string }
  | { readonly event: 'stop' }
  | { readonly event: 'other'; readonly name: string };

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads one text frame from Twilio, leniently: numbers may be strings, fields may be added, events
 * that are not known come back as `other`, and the `connected` version and the form of the
 * streamSid are nobody's business.
 * Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages
 * @throws CodedError `frame_not_json`, `frame_malformed` or `media_not_base64`.
 */
export function readFromTwilio(text: string): FromTwilio {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    throw new CodedError('frame_not_json');
  }
  const fields = asFields(message, 'the message');
  const event = fields.event;
  switch (event) {
    case 'connected':
      return { event };
    case 'start':
      return readStart(fields);
    case 'media': {
      const media = asFields(fields.media, 'media');
      const payload = media.payload === '' ? '' : asText(media.payload, 'media.payload');
      if (!isBase64(payload)) throw new CodedError('media_not_base64');
      return {
        event,
        track: optionalText(media.track) ?? 'inbound',
        timestampMs: asNumber(media.timestamp),
        payload,
      };
    }
    case 'dtmf':
      return { event, digit: asText(asFields(fields.dtmf, 'dtmf').digit, 'dtmf.digit') };
    case 'mark':
      return { event, name: asText(asFields(fields.mark, 'mark').name, 'mark.name') };
    case 'stop':
      return { event };
    default:
      return { event: 'other', name: asText(event, 'event') };
  }
}

function readStart(fields: Fields): FromTwilio {
  const start = asFields(fields.start, 'start');
  const format = asFields(start.mediaFormat, 'start.mediaFormat');
  const customParameters: Record<string, string> = {};
  if (start.customParameters !== undefined && start.customParameters !== null) {
    for (const [name, value] of Object.entries(
      asFields(start.customParameters, 'start.customParameters'),
    )) {
      customParameters[name] = String(value);
    }
  }
  return {
    event: 'start',
    streamSid: asText(start.streamSid ?? fields.streamSid, 'start.streamSid'),
    callSid: asText(start.callSid, 'start.callSid'),
    mediaFormat: {
      encoding: asText(format.encoding, 'start.mediaFormat.encoding'),
      sampleRate: asNumber(format.sampleRate) ?? 0,
      channels: asNumber(format.channels) ?? 1,
    },
    customParameters,
  };
}

function asFields(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CodedError('frame_malformed', `${name} is not an object`);
  }
  return value as Fields; // an object from JSON: each field is checked where it is read
}

function asText(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'number') return String(value);
  throw new CodedError('frame_malformed', `${name} is missing`);
}

function optionalText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Twilio's documentation calls these numbers and its examples show strings. */
function asNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
