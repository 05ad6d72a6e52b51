import { answerTwiml } from './answer/answer';
import { answerFallback, fallbackDocument } from './answer/fallback';
import { passOn } from './bridge-client/events';
import { log } from './log/log';
import { explainCode } from './log/twilio-code';
import { callHandler, type CallRequest } from './request/call-handler';
import { hangupTwiml } from './twiml/ending';
import { nobodyAnsweredTwiml, thanksTwiml } from './twiml/fallback';

/** Twilio's voice fallback URL, and the steps that the fallback itself leads to. */
export const handler = callHandler(
  'fallback',
  async (request) => {
    const { callSid, parameters } = request;
    const { ErrorCode, ErrorUrl } = parameters;
    if (ErrorCode !== undefined) {
      log('twilio fell back', { callSid, errorUrl: ErrorUrl, ...explainCode(ErrorCode) });
    }
    const { kind, document } = answerStep(request);
    log('twiml generated', { callSid, kind });
    await passOn('fallback', request);
    return answerTwiml(document);
  },
  answerFallback,
);

function answerStep({ callSid, parameters, settings }: CallRequest) {
  switch (parameters.step) {
    case 'dialed': {
      const taken = ['completed', 'answered'].includes(parameters.DialCallStatus ?? '');
      return taken
        ? { kind: 'hangup', document: hangupTwiml(settings) }
        : { kind: 'nobody-answered', document: nobodyAnsweredTwiml(settings) };
    }
    case 'recorded':
      log('message recorded', {
        callSid,
        recordingUrl: parameters.RecordingUrl,
        recordingSid: parameters.RecordingSid,
        recordingS: parameters.RecordingDuration,
      });
      return { kind: 'thanks', document: thanksTwiml(settings) };
    default:
      return { kind: 'fallback', document: fallbackDocument(settings) };
  }
}
