import { CodedError } from '@realtime-phone/protocol/errors';
import type { Logger } from 'pino';
import type { Calls } from '../call/calls';
import type { Config } from '../config';
import type { Diagnostics } from '../diagnostics/diagnostics';
import type { LastErrors } from '../diagnostics/last-errors';
import type { Metrics } from '../metrics';
import type { OutboundCalls } from '../outbound/outbound-calls';
import { answerError } from './answers';
import { createAuthorization } from './authorization';
import { createCallsRoutes } from './calls-routes';
import { createDiagnosticsRoute } from './diagnostics-route';
import { createEchoUpgrade } from './echo-upgrade';
import { createMediaStreamUpgrade } from './media-stream-upgrade';
import { nameNode } from './nodes';
import { createOutboundRoute } from './outbound-route';
import { createRouter } from './routes';
import { createStateRoutes } from './state-routes';
import type { WebHandler } from './web';

/** Everything that the bridge serves: its routes and its WebSockets. */
export function createHandler(
  calls: Calls,
  outbound: OutboundCalls,
  config: Config,
  log: Logger,
  metrics: Metrics,
  diagnostics: Diagnostics,
  lastErrors: LastErrors,
): WebHandler {
  const authorization = createAuthorization(config.BRIDGE_SECRET, config.ADMIN_TOKEN);
  const route = createRouter(
    [
      createOutboundRoute(outbound, authorization),
      ...nameNode(createCallsRoutes(calls, authorization), config.BRIDGE_NODE),
      ...createStateRoutes(calls, authorization, metrics),
      createDiagnosticsRoute(diagnostics, authorization),
      {
        method: 'GET',
        path: /^\/(media-stream\/.+|ws-test)$/,
        answer: () => {
          throw new CodedError('upgrade_required');
        },
      },
    ],
    log,
    metrics,
    lastErrors,
  );
  const mediaStream = createMediaStreamUpgrade(calls, config, log, metrics, lastErrors);
  const echo = createEchoUpgrade();
  return {
    http: route,
    upgrade: (request) => {
      if (mediaStream.serves(request.path)) return mediaStream.decide(request);
      if (request.path === '/ws-test') return echo();
      const error = new CodedError('route_unknown');
      metrics.refused.inc({ code: error.code });
      lastErrors.noteFault(error);
      log.warn(
        { path: request.path.slice(0, 200), client: request.remoteAddress, code: error.code },
        'upgrade refused',
      );
      return { refuse: answerError(error) };
    },
  };
}
