import { randomBytes } from 'node:crypto';
import type { Settings } from '../settings';

/** A number that belongs to nobody. */
const NOBODY = '+15550100100';

/** A CallSid of our own making, in Twilio's form: no call has it. */
export function makeCallSid(): string {
  return `CA${randomBytes(16).toString('hex')}`;
}

/**
 * What Twilio sends when a call comes in.
 * Source: https://www.twilio.com/docs/voice/twiml#request-parameters
 */
export function readVoiceParameters(
  { environment, phoneNumber }: Settings,
  callSid: string,
  callStatus = 'ringing',
): Record<string, string> {
  const to = phoneNumber ?? '+15550100199';
  return {
    CallSid: callSid,
    AccountSid: environment.TWILIO_ACCOUNT_SID ?? `AC${'0'.repeat(32)}`,
    From: NOBODY,
    To: to,
    Caller: NOBODY,
    Called: to,
    CallStatus: callStatus,
    ApiVersion: '2010-04-01',
    Direction: 'inbound',
  };
}
