import type { ServerlessCallback } from '@twilio-labs/serverless-runtime-types/types';
import { isCallSid } from '../../protocol/call-sid';
import { type Answer, answerFault, toResponse } from '../answer/answer';
import { log, logFault } from '../log/log';
import { readSettings, type Settings } from '../settings/settings';
import { type Parameters, readParameters } from './parameters';

/** A request of Twilio's about one call. */
export interface CallRequest {
  readonly callSid: string;
  readonly parameters: Parameters;
  readonly settings: Settings;
  /** The runtime's context, for `readBridgeAddress`. */
  readonly context: object;
}

/** A handler as the Functions runtime calls it. */
export type TwilioFunction = (
  context: object,
  event: object,
  callback: ServerlessCallback,
) => Promise<void>;

/**
 * Makes the handler of a route that Twilio calls. It always answers: without a CallSid 400, and with
 * `otherwise` when anything fails.
 */
export function callHandler(
  route: string,
  answer: (request: CallRequest) => Promise<Answer>,
  otherwise: (settings: Settings) => Answer,
): TwilioFunction {
  return async (context, event, callback) => {
    const settings = readSettings(context);
    const parameters = readParameters(event);
    const callSid = parameters.CallSid;
    if (!isCallSid(callSid)) {
      log('request refused', { route, code: 'call_sid_missing' });
      callback(null, toResponse(answerFault('call_sid_missing', 400)));
      return;
    }
    let answered: Answer;
    try {
      answered = await answer({ callSid, parameters, settings, context });
    } catch (error) {
      logFault('function failed', error, { route, callSid });
      answered = otherwise(settings);
    }
    callback(null, toResponse(answered));
  };
}
