import VoiceResponse from 'twilio/lib/twiml/VoiceResponse';
import type { NextStep } from '../../protocol/next';
import type { Settings } from '../settings/settings';
import { addSay } from './say';

/** Plays digits into the call, as for a menu at the other end, and comes back at `after`. */
export function digitsTwiml(
  { voice }: Settings,
  { digits, say }: Extract<NextStep, { action: 'digits' }>,
  after: string,
): string {
  const response = new VoiceResponse();
  addSay(response, say, voice);
  response.play({ digits });
  response.redirect(after);
  return response.toString();
}
