import { findTwilioErrorCode } from './catalogue';

/**
 * Words of stream errors and their codes, the more exact ones first.
 * Assumed: where `StreamError` has no number it has the words of Twilio’s error dictionary.
 */
const WORDS: readonly (readonly [words: RegExp, code: number])[] = [
  [/time(d )?-?out/i, 31901],
  [/connection refused/i, 31902],
  [/broken pipe|connection (was )?broken/i, 31903],
  [/unreachable|unknown host/i, 31904],
  [/ssl|tls|certificate/i, 31910],
  [/handshake/i, 31920],
  [/close error/i, 31921],
  [/schema? not supported/i, 31922],
  [/malformed url/i, 31923],
  [/protocol error/i, 31924],
  [/buffer overflow/i, 31930],
  [/media discarded/i, 31931],
  [/invalid connectorname/i, 31940],
  [/invalid track/i, 31941],
  [/malformed message/i, 31950],
  [/invalid message/i, 31951],
];

/**
 * Twilio’s error code in the parameters of a status callback: its `ErrorCode`, or what `StreamError`
 * says by number or in words.
 */
export function findEventCode(parameters: Readonly<Record<string, string>>): string | undefined {
  const { ErrorCode, StreamError } = parameters;
  if (ErrorCode !== undefined && ErrorCode !== '') return ErrorCode;
  if (StreamError === undefined) return undefined;
  const code =
    findTwilioErrorCode(StreamError) ?? WORDS.find(([words]) => words.test(StreamError))?.[1];
  return code === undefined ? undefined : String(code);
}
