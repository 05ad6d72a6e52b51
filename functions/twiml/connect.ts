import VoiceResponse from 'twilio/lib/twiml/VoiceResponse';
import type { Settings } from '../settings/settings';
import { xmlText } from './characters';
import { addSay } from './say';

/** Where the stream goes. */
export interface StreamPlace {
  readonly streamUrl: string;
  readonly token: string;
}

/**
 * Connects the call to the bridge. No `track` (only one value is legal there), no query on the
 * stream's address (Twilio drops it), all addresses absolute.
 */
export function connectTwiml(
  { base, voice }: Settings,
  { streamUrl, token }: StreamPlace,
  say: string | undefined,
): string {
  const response = new VoiceResponse();
  addSay(response, say, voice);
  response
    .connect({ action: `${base}/stream-ended` })
    .stream({ url: streamUrl, statusCallback: `${base}/stream-status` })
    .parameter({ name: 'token', value: xmlText(token) });
  return response.toString();
}
