import { CALL_ERRORS } from './calls';
import { CONVERSATION_RELAY_ERRORS } from './conversation-relay';
import type { TwilioErrorEntry, TwilioErrorTable } from './entry';
import { FUNCTION_ERRORS } from './functions';
import { STREAM_ERRORS } from './streams';
import { WEBHOOK_ERRORS } from './webhooks';

/** The catalogue by topic. No code stands in two of them. */
export const TOPICS: readonly TwilioErrorTable[] = [
  WEBHOOK_ERRORS,
  STREAM_ERRORS,
  CALL_ERRORS,
  FUNCTION_ERRORS,
  CONVERSATION_RELAY_ERRORS,
];

/** An error code explained. */
export interface TwilioError extends TwilioErrorEntry {
  /** NaN if what was given is no number. */
  readonly code: number;
  /** Twilio's own page. */
  readonly url: string;
  /** False if the catalogue does not have the code. */
  readonly known: boolean;
}

const CATALOGUE: ReadonlyMap<number, TwilioErrorEntry> = new Map(
  TOPICS.flatMap((topic) =>
    Object.entries(topic).map(([code, entry]): [number, TwilioErrorEntry] => [Number(code), entry]),
  ),
);

/** Every code in the catalogue, ascending. */
export const TWILIO_ERROR_CODES: readonly number[] = [...CATALOGUE.keys()].sort((a, b) => a - b);

/** What families of codes are about, for those that are not in the catalogue one by one. */
const FAMILIES: readonly (readonly [from: number, to: number, about: string])[] = [
  [10000, 10999, 'the account'],
  [11000, 11999, 'a request from Twilio to your server'],
  [12000, 12999, 'a TwiML document'],
  [13000, 13999, 'one TwiML verb and its attributes'],
  [20000, 20999, 'a request to Twilio’s REST API'],
  [21000, 21999, 'a value given to Twilio’s REST API'],
  [31900, 31999, 'Media Streams'],
  [32000, 32999, 'a call in progress'],
  [64001, 64024, '<Pay>'],
  [64100, 64199, 'ConversationRelay'],
  [82000, 82999, 'Twilio Functions'],
];

/**
 * Explains one of Twilio's error codes. A code that is not in the catalogue gets an answer that
 * says so, with the address of Twilio's page. Never throws.
 * Source of the codes: https://www.twilio.com/docs/api/errors
 */
export function describeTwilioError(code: number | string): TwilioError {
  const number = typeof code === 'number' ? code : /^\d{1,9}$/.test(code) ? Number(code) : NaN;
  if (!Number.isSafeInteger(number) || number < 0) {
    const url = 'https://www.twilio.com/docs/api/errors';
    return { code: NaN, url, known: false, ...unknown('this is not an error code of Twilio’s') };
  }
  const url = `https://www.twilio.com/docs/api/errors/${number}`;
  const entry = CATALOGUE.get(number);
  if (entry) return { code: number, url, known: true, ...entry };
  const family = FAMILIES.find(([from, to]) => number >= from && number <= to);
  return {
    code: number,
    url,
    known: false,
    ...unknown(
      family === undefined
        ? 'this code is not in our catalogue'
        : `this code is not in our catalogue; its range is about ${family[2]}`,
      url,
    ),
  };
}

/** The first error code in a text such as `StreamError`, if there is one. */
export function findTwilioErrorCode(text: string): number | undefined {
  const digits = /(?<!\d)(?:[1-3]\d|57|6[34]|82)\d{3}(?!\d)/.exec(text)?.[0];
  return digits === undefined ? undefined : Number(digits);
}

function unknown(cause: string, url?: string): TwilioErrorEntry {
  return {
    name: 'Unknown code',
    level: 'error',
    cause,
    remedy: url === undefined ? 'look into the Twilio debugger' : `read ${url}`,
  };
}
