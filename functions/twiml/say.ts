import type VoiceResponse from 'twilio/lib/twiml/VoiceResponse';
import type { Voice } from '../settings/settings';
import { xmlText } from './characters';

/** Twilio says at most 4,096 characters in one `<Say>`. */
const MAX_CHARS = 4096;

/** Adds words, if there are any. */
export function addSay(
  response: VoiceResponse,
  words: string | undefined,
  voice: Voice = {},
): void {
  const text = xmlText(words ?? '').trim();
  if (text === '') return;
  // By characters: half of one would be no text.
  const short = Array.from(text).slice(0, MAX_CHARS).join('');
  // A language is whatever Twilio knows today; the typings list those of one day.
  response.say(voice as VoiceResponse.SayAttributes, short);
}
