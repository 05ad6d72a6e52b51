import VoiceResponse from 'twilio/lib/twiml/VoiceResponse';
import type { Settings } from '../settings/settings';

/** Holds the caller for a moment while the bridge may be restarting, then asks again at `again`. */
export function waitingTwiml({ base }: Settings, again: string, first: boolean): string {
  const response = new VoiceResponse();
  if (first) response.play(`${base}/one-moment.wav`);
  response.pause({ length: 1 });
  response.redirect(again);
  return response.toString();
}
