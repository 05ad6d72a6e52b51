import { CodedError, type FaultCode } from '@realtime-phone/protocol/errors';
import { readOrder } from '../outbound/order';
import type { OutboundCalls } from '../outbound/outbound-calls';
import { TwilioRefusal } from '../outbound/refusal';
import { answerError, answerJson } from './answers';
import type { Authorization } from './authorization';
import { readJson } from './json-body';
import type { Route } from './routes';

/** To an admission these mean the fallback, 503; whoever places a call has to correct the order. */
const OF_THE_ORDER: ReadonlySet<FaultCode> = new Set(['agent_unknown']);

/** `POST /calls/outbound`, for operators: 202 when Twilio has taken the call. */
export function createOutboundRoute(outbound: OutboundCalls, authorization: Authorization): Route {
  return {
    method: 'POST',
    path: /^\/calls\/outbound$/,
    answer: async (request) => {
      authorization.requireOperator(request);
      try {
        return answerJson(202, await outbound.place(readOrder(readJson(request.body))));
      } catch (error) {
        if (error instanceof TwilioRefusal) {
          const { code, message, remedy, twilioCode } = error;
          const status = error.fault.status ?? 502;
          return { ...answerJson(status, { code, message, remedy, twilioCode }), refusal: error };
        }
        if (error instanceof CodedError && OF_THE_ORDER.has(error.code))
          return { ...answerError(error, 400), refusal: error };
        throw error;
      }
    },
  };
}
