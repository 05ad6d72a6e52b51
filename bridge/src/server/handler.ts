import { CodedError } from '@realtime-phone/protocol/errors';
import type { Logger } from 'pino';
import { acceptedSecrets } from '../accepted-secrets';
import type { Calls } from '../call/calls';
import type { Config } from '../config';
import type { Diagnostics } from '../diagnostics/diagnostics';
import type { LastErrors } from '../diagnostics/last-errors';
import { WrongTokens } from '../limits/wrong-tokens';
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
import { createClientAddress } from './trusted-proxies';
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
  const authorization = createAuthorization(
    acceptedSecrets(config, 'BRIDGE_SECRET'),
    acceptedSecrets(config, 'ADMIN_TOKEN'),
    new WrongTokens(
      config.MAX_WRONG_TOKENS_PER_MINUTE,
      config.MAX_WRONG_TOKENS_PER_ADDRESS_PER_MINUTE,
    ),
  );
  const clientOf = createClientAddress(config.TRUSTED_PROXIES);
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
    http: (request) => route({ ...request, client: clientOf(request) }),
    upgrade: (asked) => {
      const request = { ...asked, client: clientOf(asked) };
      if (mediaStream.serves(request.path)) return mediaStream.decide(request);
      if (request.path === '/ws-test') return echo(request);
      const error = new CodedError('route_unknown');
      metrics.refused.inc({ code: error.code });
      lastErrors.noteFault(error);
      log.warn(
        { path: request.path.slice(0, 200), client: request.client, code: error.code },
        'upgrade refused',
      );
      return { refuse: answerError(error) };
    },
  };
}
