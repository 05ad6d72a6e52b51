import type { Parameters } from './parameters';

const OVER = ['completed', 'busy', 'failed', 'no-answer', 'canceled'];

/** True if Twilio says that the call itself has ended. */
export function isCallOver({ CallStatus }: Parameters): boolean {
  return CallStatus !== undefined && OVER.includes(CallStatus);
}
