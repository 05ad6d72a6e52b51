import { findEventCode } from '../protocol/twilio-errors/event-code';
import { NO_CONTENT } from './answer/answer';
import { passOn } from './bridge-client/events';
import { log } from './log/log';
import { explainCode, explainUnknown } from './log/twilio-code';
import { callHandler } from './request/call-handler';

/** Twilio tells how the stream goes: passes it on, and explains what went wrong. */
export const handler = callHandler(
  'stream-status',
  async (request) => {
    const { callSid, parameters } = request;
    const { StreamEvent, StreamSid, StreamError } = parameters;
    const code = findEventCode(parameters);
    const unknown = StreamEvent === 'stream-error' ? explainUnknown() : {};
    log('stream status', {
      callSid,
      streamSid: StreamSid,
      event: StreamEvent,
      streamError: StreamError,
      ...(code === undefined ? unknown : explainCode(code)),
    });
    await passOn('stream-status', request);
    return NO_CONTENT;
  },
  () => NO_CONTENT,
);
