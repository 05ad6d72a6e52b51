import { makeSid } from '../phone-options';
import { follow, requestOf, type Verb } from './verb';

const LASTS_MS = 1000;

/**
 * `<Dial>`: it comes out as the options say; `action` hears of it, or the next verb follows.
 * Source: https://www.twilio.com/docs/voice/twiml/dial
 */
export const dial: Verb = async (call, element, document) => {
  const { status, lastsMs = LASTS_MS } = call.settings.dial;
  const number = element.text || (element.children[0]?.text ?? '');
  call.journal.note('dial', `dials ${number}: ${status}`, { number, status });
  await call.wait(lastsMs);
  const { action, method } = element.attributes;
  return follow(
    call,
    requestOf(document, action, method, {
      DialCallStatus: status,
      DialCallSid: makeSid('CA'),
      ...(status === 'completed' && { DialCallDuration: String(Math.round(lastsMs / 1000)) }),
    }),
  );
};
