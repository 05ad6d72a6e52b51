import { version as twilioVersion } from 'twilio/package.json';
import { dependencies, version } from '../../package.json';
import { type Health, judgeHealth, type SelfCheck } from '../../protocol/diagnostics/check';
import { type ProbeResult, probeBridge } from '../bridge-client/probe';
import { readFallback, type SettingFault } from '../settings/fallback-settings';
import { findFunctionsUrlFault } from '../settings/settings';
import { readVariable, VARIABLE_NAMES } from '../settings/variables';
import { runSelfChecks } from './checks';
import { showValues } from './shown-values';

/** What `/diagnostics` of the Functions says. */
export interface FunctionsReport {
  readonly status: Health;
  readonly checks: readonly SelfCheck[];
  readonly versions: Readonly<Record<string, string>>;
  /** By variable: `set` or `not set`. */
  readonly config: Readonly<Record<string, 'set' | 'not set'>>;
  /** Of those that are no secret, and of no use to a stranger, what they are, shortened. */
  readonly values: Readonly<Record<string, string>>;
  /** Variables that could not be taken. */
  readonly faults: readonly SettingFault[];
  readonly bridge: ProbeResult;
}

/** Looks at the variables, and asks the bridge once. */
export async function makeReport(context: object): Promise<FunctionsReport> {
  const faults = [readFallback(context).fault, findFunctionsUrlFault(context)].filter(
    (fault) => fault !== undefined,
  );
  const bridge = await probeBridge(context);
  const checks = runSelfChecks(bridge, faults, process.versions.node);
  return {
    status: judgeHealth(checks),
    checks,
    versions: {
      package: version,
      node: process.version,
      runtimeHandler: dependencies['@twilio/runtime-handler'],
      twilio: twilioVersion,
    },
    config: Object.fromEntries(
      VARIABLE_NAMES.map((name) => [
        name,
        readVariable(context, name) === undefined ? 'not set' : 'set',
      ]),
    ),
    values: showValues(context),
    faults,
    bridge,
  };
}
