import { makeSid } from '../phone-options';
import { follow, NEXT, requestOf, type Verb } from './verb';

/**
 * `<Record>`: without anything said it goes on to the next verb; otherwise `action` is asked, which
 * is the document's own address if it is left out.
 * Source: https://www.twilio.com/docs/voice/twiml/record
 */
export const record: Verb = async (call, element, document) => {
  const { recordMs, recordSilence, pauseScale, accountSid } = call.settings;
  const maxMs = Number(element.attributes.maxLength ?? '3600') * 1000;
  const ms = Math.min(recordMs, Number.isFinite(maxMs) ? maxMs : recordMs);
  call.journal.note('record', recordSilence ? 'nothing is said to be recorded' : 'recording', {
    ms: ms * pauseScale,
  });
  await call.wait(ms);
  if (recordSilence) return NEXT;
  const sid = makeSid('RE');
  const { action = document.url, method } = element.attributes;
  return follow(
    call,
    requestOf(document, action, method, {
      RecordingUrl: `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Recordings/${sid}`,
      RecordingSid: sid,
      RecordingDuration: String(Math.max(Math.round(ms / 1000), 1)),
      Digits: call.isOver() ? 'hangup' : '',
    }),
  );
};
