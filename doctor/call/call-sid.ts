import { randomBytes } from 'node:crypto';

/** A CallSid of the doctor's begins so; Twilio's own are random. */
const MARK = 'CAd0c7d0c7';

/** A new CallSid in Twilio's form, by which logs and records tell the doctor's call from a caller's. */
export function makeDoctorsCallSid(): string {
  return MARK + randomBytes(12).toString('hex');
}

/** True for a call that the doctor placed. */
export function isDoctorsCall(callSid: string): boolean {
  return callSid.startsWith(MARK);
}
