import type { Calls } from '../call/calls';
import type { Config } from '../config';
import type { Metrics } from '../metrics';
import { answerJson } from './answers';
import type { Authorization } from './authorization';
import type { Route } from './routes';

/** Variables whose value is shown to nobody. */
const SECRETS: ReadonlySet<string> = new Set([
  'OPENAI_API_KEY',
  'TWILIO_AUTH_TOKEN',
  'BRIDGE_SECRET',
  'ADMIN_TOKEN',
]);

/** What `/diagnostics` shows of the process. */
export interface ProcessFacts {
  readonly version: string;
  readonly engine: string;
  readonly startedAt: Date;
}

/** The routes that tell how the bridge is: alive, ready, measured, explained. */
export function createStateRoutes(
  calls: Calls,
  authorization: Authorization,
  metrics: Metrics,
  config: Config,
  describeProcess: () => ProcessFacts,
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
    {
      method: 'GET',
      path: /^\/diagnostics$/,
      answer: (request) => {
        // A signed request is the Functions asking whether both sides have one secret and one time.
        const signed = request.headers.authorization?.startsWith('Bridge ') === true;
        if (signed) authorization.requireFunctions(request);
        const { version, engine, startedAt } = describeProcess();
        const summary = {
          version,
          node: process.version,
          engine,
          uptimeS: Math.floor((Date.now() - startedAt.getTime()) / 1_000),
          ...calls.describe(),
          ...(signed ? { functions: 'accepted' } : {}),
        };
        if (!authorization.isOperator(request)) return answerJson(200, summary);
        return answerJson(200, { ...summary, config: maskConfig(config) });
      },
    },
  ];
}

function maskConfig(config: Config): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [name, SECRETS.has(name) ? 'set' : value]),
  );
}
