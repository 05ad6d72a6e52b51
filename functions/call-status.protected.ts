import { describeSipResponse } from '../protocol/sip-responses';
import { findEventCode } from '../protocol/twilio-errors/event-code';
import { NO_CONTENT } from './answer/answer';
import { passOn } from './bridge-client/events';
import { log } from './log/log';
import { explainCode } from './log/twilio-code';
import { callHandler } from './request/call-handler';

/** Twilio tells how the call goes: passes it on, and explains an error code. */
export const handler = callHandler(
  'call-status',
  async (request) => {
    const { callSid, parameters } = request;
    const { CallStatus, SequenceNumber, CallDuration, SipResponseCode } = parameters;
    const code = findEventCode(parameters);
    log('call status', {
      callSid,
      status: CallStatus,
      sequenceNumber: SequenceNumber,
      durationS: CallDuration,
      sipResponseCode: SipResponseCode,
      sipResponse: describeSipResponse(SipResponseCode),
      errorUrl: parameters.ErrorUrl,
      ...(code === undefined ? {} : explainCode(code)),
    });
    await passOn('call-status', request);
    return NO_CONTENT;
  },
  () => NO_CONTENT,
);
