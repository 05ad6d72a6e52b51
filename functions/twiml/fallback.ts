import VoiceResponse from 'twilio/lib/twiml/VoiceResponse';
import type { Settings } from '../settings/settings';
import { addSay } from './say';

const SORRY = 'Sorry, we cannot take your call right now. Please try again later. Goodbye.';
const LEAVE_A_MESSAGE =
  'Sorry, we cannot take your call right now. Please leave a message after the tone.';
const NOTHING_HEARD = 'We did not hear anything. Goodbye.';
const THANKS = 'Thank you for your message. Goodbye.';

/**
 * What a caller gets when the bridge cannot take the call. `say` stands for the configured words,
 * `note` is a comment that says why.
 */
export function fallbackTwiml(
  { base, voice, fallback }: Settings,
  say?: string,
  note?: string,
): string {
  const response = new VoiceResponse();
  if (note !== undefined) response.comment(note);
  const words = say ?? fallback.say;
  if (fallback.mode === 'dial' && fallback.number !== undefined) {
    addSay(response, words, voice);
    response.dial({ action: `${base}/fallback?step=dialed` }, fallback.number);
    return response.toString();
  }
  if (fallback.mode === 'message') {
    addSay(response, words ?? LEAVE_A_MESSAGE, voice);
    response.record({
      action: `${base}/fallback?step=recorded`,
      maxLength: 120,
      timeout: 5,
      finishOnKey: '#',
      playBeep: true,
    });
    // Reached only by callers who say nothing: Twilio has no recording to go to the action with.
    addSay(response, NOTHING_HEARD, voice);
  } else {
    addSay(response, words ?? SORRY, voice);
  }
  response.hangup();
  return response.toString();
}

/** After the fallback's `<Dial>`, when nobody took the call. */
export function nobodyAnsweredTwiml({ voice, fallback }: Settings): string {
  const response = new VoiceResponse();
  addSay(response, fallback.say ?? SORRY, voice);
  response.hangup();
  return response.toString();
}

/** After the fallback's `<Record>`. */
export function thanksTwiml({ voice }: Settings): string {
  const response = new VoiceResponse();
  addSay(response, THANKS, voice);
  response.hangup();
  return response.toString();
}
