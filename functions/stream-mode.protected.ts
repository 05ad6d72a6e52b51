import { writeAdmissionNote } from '../protocol/admission-note';
import { CodedError } from '../protocol/errors';
import { answerTwiml } from './answer/answer';
import { answerFallback, fallbackDocument } from './answer/fallback';
import { requestAdmission } from './bridge-client/admission';
import { readNode } from './bridge-client/nodes';
import { log, logFault } from './log/log';
import { callHandler, type CallRequest } from './request/call-handler';
import { readBridgeAddress } from './settings/bridge-address';
import { connectTwiml } from './twiml/connect';
import { testModeTwiml } from './twiml/test-mode';

/** Names in a query are ours; they are short. */
const MAX_NAME = 64;

/**
 * A call comes in, or one that the bridge placed was taken: asks the bridge to take it, and answers
 * with the stream, or with the fallback.
 */
export const handler = callHandler(
  'stream-mode',
  async (request) => {
    const { callSid, parameters } = request;
    if (parameters.test_mode === 'true') {
      log('twiml generated', { callSid, kind: 'test-mode' });
      return answerTwiml(testModeTwiml(parameters.To ?? '', callSid));
    }
    return answerTwiml(await admit(request));
  },
  answerFallback,
);

async function admit({ callSid, parameters, settings, context }: CallRequest): Promise<string> {
  const { From = '', To = '', Direction = 'inbound', call_id: callId, agent } = parameters;
  try {
    const call = {
      callSid,
      from: From,
      to: To,
      direction: Direction,
      ...(callId ? { callId: callId.slice(0, MAX_NAME) } : {}),
      ...(agent ? { agent: agent.slice(0, MAX_NAME) } : {}),
    };
    const bridge = readBridgeAddress(context);
    const grant = await requestAdmission(bridge, call, readNode(parameters));
    const document = connectTwiml(settings, grant, settings.openingSay);
    log('twiml generated', { callSid, kind: 'stream' });
    return document;
  } catch (fault) {
    logFault('call not admitted', fault, { callSid });
    log('twiml generated', { callSid, kind: 'fallback' });
    return fallbackDocument(settings, undefined, noteOf(fault));
  }
}

/** Twilio's request inspector shows the document, and so why the caller got the fallback. */
function noteOf(fault: unknown): string | undefined {
  return fault instanceof CodedError ? writeAdmissionNote(fault) : undefined;
}
