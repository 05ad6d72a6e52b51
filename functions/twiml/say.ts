import type VoiceResponse from 'twilio/lib/twiml/VoiceResponse';
import type { Voice } from '../settings/settings';

/** Twilio says at most 4,096 characters in one `<Say>`. */
const MAX_CHARS = 4096;

/** Adds words, if there are any; what XML cannot hold is left out. */
export function addSay(
  response: VoiceResponse,
  words: string | undefined,
  voice: Voice = {},
): void {
  const text = (words ?? '')
    // The characters that XML 1.0 does not allow, lone surrogates among them.
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .trim()
    .slice(0, MAX_CHARS);
  if (text === '') return;
  // A language is whatever Twilio knows today; the typings list those of one day.
  response.say(voice as VoiceResponse.SayAttributes, text);
}
