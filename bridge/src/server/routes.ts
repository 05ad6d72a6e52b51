import { CodedError } from '@realtime-phone/protocol/errors';
import type { Logger } from 'pino';
import type { LastErrors } from '../diagnostics/last-errors';
import type { Metrics } from '../metrics';
import { answerError } from './answers';
import type { HttpAnswer, KnownRequest } from './web';

/** An answer, and the refusal behind it where a route answered one by itself. */
export type RouteAnswer = HttpAnswer & { readonly refusal?: CodedError };

/** One address: the first group of the path, if any, is handed to the answer. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  answer(request: KnownRequest, part: string | undefined): RouteAnswer | Promise<RouteAnswer>;
}

/** Finds the route of each request. A refusal is answered with its code, counted, logged and kept. */
export function createRouter(
  routes: readonly Route[],
  log: Logger,
  metrics: Metrics,
  lastErrors: LastErrors,
): (request: KnownRequest) => Promise<HttpAnswer> {
  const refuse = (request: KnownRequest, error: CodedError) => {
    metrics.refused.inc({ code: error.code });
    // The tries before it are in the log; a line for each more would be what fills the disk.
    if (error.code === 'operator_tries_too_many') return;
    lastErrors.noteFault(error);
    const { method, path, client } = request;
    const callSid = /^\/calls\/([^/]{1,64})\//.exec(path)?.[1];
    log.warn(
      {
        ...(callSid === undefined ? {} : { callSid }),
        method,
        path: path.slice(0, 200),
        client,
        code: error.code,
        detail: error.detail,
        remedy: error.fault.remedy,
      },
      'request refused',
    );
  };
  return async (request) => {
    try {
      const matching = routes.filter(({ path }) => path.test(request.path));
      // HEAD is a GET whose body stays away (RFC 9110 section 9.3.2); the server leaves it out.
      const method = request.method === 'HEAD' ? 'GET' : request.method;
      const route = matching.find((one) => one.method === method);
      if (route === undefined) {
        throw new CodedError(matching.length > 0 ? 'method_not_allowed' : 'route_unknown');
      }
      const answer = await route.answer(request, route.path.exec(request.path)?.[1]);
      if (answer.refusal !== undefined) refuse(request, answer.refusal);
      return answer;
    } catch (error) {
      if (error instanceof CodedError) {
        refuse(request, error);
        return answerError(error);
      }
      log.error({ err: error, path: request.path.slice(0, 200) }, 'a request failed');
      const failed = new CodedError('internal_error');
      lastErrors.noteFault(failed);
      return answerError(failed);
    }
  };
}
