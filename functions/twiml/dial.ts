import VoiceResponse from 'twilio/lib/twiml/VoiceResponse';
import type { NextStep } from '../../protocol/next';
import type { Settings } from '../settings/settings';
import { onNode } from '../bridge-client/nodes';
import { addSay } from './say';

/** What Twilio allows for the ringing of a `<Dial>`, in seconds. */
const MIN_TIMEOUT_S = 5;
const MAX_TIMEOUT_S = 600;

const NUMBER = /^\+?\d{2,15}$/;

/** Hands the caller over to a person; the call comes back to `/stream-ended`. */
export function dialTwiml(
  { base, voice }: Settings,
  { number, callerId, timeoutS, say }: Extract<NextStep, { action: 'dial' }>,
  node: string | undefined,
): string {
  const response = new VoiceResponse();
  addSay(response, say, voice);
  response.dial(
    {
      action: onNode(`${base}/stream-ended`, node),
      // Without one Twilio shows the caller's own number.
      ...(callerId !== undefined && NUMBER.test(callerId) ? { callerId } : {}),
      ...(timeoutS === undefined
        ? {}
        : { timeout: Math.round(Math.min(Math.max(timeoutS, MIN_TIMEOUT_S), MAX_TIMEOUT_S)) }),
    },
    number,
  );
  return response.toString();
}
