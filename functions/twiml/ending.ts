import VoiceResponse from 'twilio/lib/twiml/VoiceResponse';
import type { Settings } from '../settings/settings';
import { addSay } from './say';

/** Says the last words, if any, and ends the call. */
export function hangupTwiml({ voice }: Settings, say?: string): string {
  const response = new VoiceResponse();
  addSay(response, say, voice);
  response.hangup();
  return response.toString();
}

/** For a call that is over already. */
export function nothingTwiml(): string {
  return new VoiceResponse().toString();
}
