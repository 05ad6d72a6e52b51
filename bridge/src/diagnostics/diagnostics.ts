import {
  type Health,
  judgeHealth,
  type SelfCheck,
} from '@realtime-phone/protocol/diagnostics/check';
import type { AgentShelf } from '../agent/agent-shelf';
import type { Calls } from '../call/calls';
import type { Config } from '../config';
import type { Metrics } from '../metrics';
import type { Endpoint } from '../model/provider';
import type { CallStore } from '../records/call-store';
import { VERSION } from '../version';
import { runSelfChecks } from './checks';
import { type Counters, readCounters } from './counters';
import type { LastError, LastErrors } from './last-errors';
import type { LastModel } from './last-model';
import { showConfig } from './shown-config';

/** What `/diagnostics` tells everybody. */
export interface Summary {
  readonly version: string;
  readonly node: string;
  readonly engine: string;
  readonly uptimeS: number;
  readonly calls: number;
  readonly capacity: number;
  readonly accepting: boolean;
  readonly draining: boolean;
}

/** What it tells operators. */
export interface Report extends Summary {
  readonly status: Health;
  readonly checks: readonly SelfCheck[];
  readonly counters: Counters;
  readonly lastErrors: readonly LastError[];
  readonly versions: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, unknown>>;
}

/** What the bridge says of itself. */
export interface Diagnostics {
  summarize(): Summary;
  report(): Promise<Report>;
}

/** Where it looks. */
export interface DiagnosticsSources {
  readonly config: Config;
  readonly calls: Calls;
  readonly metrics: Metrics;
  readonly store: CallStore;
  readonly agents: AgentShelf;
  readonly lastErrors: LastErrors;
  readonly lastModel: LastModel;
  readonly endpoints: readonly Endpoint[];
  /** Asked late: the server is there only when it serves. */
  readonly readEngine: () => string;
}

/** Makes the diagnostics of a bridge that starts now. */
export function createDiagnostics(sources: DiagnosticsSources): Diagnostics {
  const { config, calls, metrics, store, agents, lastErrors, lastModel, endpoints, readEngine } =
    sources;
  const startedAtMs = performance.now();
  const summarize = (): Summary => ({
    version: VERSION,
    node: process.version,
    engine: readEngine(),
    uptimeS: Math.floor((performance.now() - startedAtMs) / 1_000),
    ...calls.describe(),
  });
  return {
    summarize,
    report: async () => {
      const counters = await readCounters(metrics);
      const [engine, state, model] = [readEngine(), calls.describe(), lastModel.seen];
      const examined = { config, engine, state, counters, model, endpoints, store, agents };
      const checks = await runSelfChecks(examined);
      return {
        ...summarize(),
        status: judgeHealth(checks),
        checks,
        counters,
        lastErrors: lastErrors.list(),
        versions: {
          bridge: VERSION,
          node: process.version,
          openssl: process.versions.openssl,
          system: `${process.platform} ${process.arch}`,
        },
        config: showConfig(config),
      };
    },
  };
}
