import type { Calls } from '../call/calls';
import type { Metrics } from '../metrics';
import { answerJson } from './answers';
import type { Authorization } from './authorization';
import type { Route } from './routes';

/** The routes that tell how the bridge is: alive, ready, measured. */
export function createStateRoutes(
  calls: Calls,
  authorization: Authorization,
  metrics: Metrics,
): readonly Route[] {
  return [
    { method: 'GET', path: /^\/healthz$/, answer: () => answerJson(200, { status: 'ok' }) },
    {
      method: 'GET',
      path: /^\/readyz$/,
      // Full is 200: a proxy that takes a bridge out for being full drops the calls it has.
      answer: () => {
        const state = calls.describe();
        return answerJson(state.draining ? 503 : 200, state);
      },
    },
    {
      method: 'GET',
      path: /^\/metrics$/,
      answer: async (request) => {
        authorization.requireOperatorOrLoopback(request);
        return {
          status: 200,
          headers: { 'content-type': metrics.registry.contentType },
          body: await metrics.registry.metrics(),
        };
      },
    },
  ];
}
