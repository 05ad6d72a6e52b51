import VoiceResponse from 'twilio/lib/twiml/VoiceResponse';
import type { Settings } from '../settings/settings';
import { nodeOfStream, onNode } from '../bridge-client/nodes';
import { xmlText } from './characters';
import { addSay } from './say';

/** Where the stream goes. */
export interface StreamPlace {
  readonly streamUrl: string;
  readonly token: string;
}

/**
 * Connects the call to the bridge. No `track` (only one value is legal there), no query on the
 * stream's address (Twilio drops it), all addresses absolute. What Twilio comes back with names the
 * node of the stream, because the Functions keep no memory.
 */
export function connectTwiml(
  { base, voice }: Settings,
  { streamUrl, token }: StreamPlace,
  say: string | undefined,
): string {
  const node = nodeOfStream(streamUrl);
  const response = new VoiceResponse();
  addSay(response, say, voice);
  response
    .connect({ action: onNode(`${base}/stream-ended`, node) })
    .stream({ url: streamUrl, statusCallback: onNode(`${base}/stream-status`, node) })
    .parameter({ name: 'token', value: xmlText(token) });
  return response.toString();
}
