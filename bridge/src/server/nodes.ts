import { NODE_HEADER } from '@realtime-phone/protocol/bridge-node';
import { CodedError } from '@realtime-phone/protocol/errors';
import type { Calls } from '../call/calls';
import { answerError } from './answers';
import type { Route, RouteAnswer } from './routes';
import type { HttpRequest } from './web';

/** Has every answer of these routes say which node gave it, refusals too: another may have room. */
export function nameNode(routes: readonly Route[], node: string | undefined): readonly Route[] {
  if (node === undefined) return routes;
  const name = (answer: RouteAnswer): RouteAnswer => ({
    ...answer,
    headers: { [NODE_HEADER]: node, ...answer.headers },
  });
  return routes.map((route) => ({
    ...route,
    answer: async (request, part) => {
      try {
        return name(await route.answer(request, part));
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        return { ...name(answerError(error)), refusal: error };
      }
    },
  }));
}

/**
 * The answer to a request about another node's call: 409 `node_other` and that node's name, with
 * which it is asked once more. Not 421, which `fetch` sends again by itself, to the same place. A
 * request that names another node is not sent away: if it is here, the proxy found that node gone,
 * and the store knows what this one has to know. One that names this node is: the call was here, and
 * another one went on with it. It is no fault, so it stands in no log: Twilio's callbacks of a number
 * name no node.
 * Source: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
 */
export async function answerFromOther(
  calls: Calls,
  { headers }: HttpRequest,
  callSid: string,
): Promise<RouteAnswer | undefined> {
  const other = await calls.findOtherNode(callSid, headers[NODE_HEADER]);
  if (other === undefined) return undefined;
  const answer = answerError(new CodedError('node_other', `it is with node ${other}`), 409);
  return { ...answer, headers: { ...answer.headers, [NODE_HEADER]: other } };
}
