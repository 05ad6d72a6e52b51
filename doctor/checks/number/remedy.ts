import type { OwnedNumber } from '../../../twilio-account/owned-number';
import type { Mode } from '../../../twilio-account/pointing';

/** How the addresses of a number are set; those of a TwiML app are set in the console alone. */
export function remedyFor(number: OwnedNumber | undefined, mode: Mode = 'stream'): string {
  const { phoneNumber = '', voiceApplicationSid } = number ?? {};
  const command = `npm run number -- ${mode} ${phoneNumber}`;
  if (!voiceApplicationSid) return `npm run doctor -- --fix, or ${command}`;
  return `correct the TwiML app ${voiceApplicationSid} in the Twilio console, under Voice → TwiML apps; or ${command} --clear-overrides takes the number off it and sets all of it`;
}
