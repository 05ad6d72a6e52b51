/**
 * A CallSid as the bridge takes it. Twilio's are `CA` and 32 hex digits; other platforms that speak
 * Media Streams have their own form, so anything that is safe in a path and short is taken.
 */
const CALL_SID = /^[A-Za-z0-9_-]{1,64}$/;

/** True if the value can be a CallSid. */
export function isCallSid(value: unknown): value is string {
  return typeof value === 'string' && CALL_SID.test(value);
}
