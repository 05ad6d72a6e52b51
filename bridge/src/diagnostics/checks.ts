import type { SelfCheck } from '@realtime-phone/protocol/diagnostics/check';
import { FAULTS } from '@realtime-phone/protocol/errors';
import type { AgentShelf } from '../agent/agent-shelf';
import type { Calls } from '../call/calls';
import type { Endpoint } from '../model/provider';
import type { Config } from '../config';
import type { CallStore } from '../records/call-store';
import type { Counters } from './counters';
import { checkDisk } from './disk-check';
import type { ModelSeen } from './last-model';
import { checkPublicDomain } from './public-domain-check';

/** What the checks look at. */
export interface Examined {
  readonly config: Config;
  readonly engine: string;
  readonly state: ReturnType<Calls['describe']>;
  readonly counters: Counters;
  readonly model: ModelSeen | undefined;
  readonly endpoints: readonly Endpoint[];
  readonly store: CallStore;
  readonly agents: AgentShelf;
}

/** A secret of `openssl rand -hex 32` has 64; under this one can be guessed. */
const SHORT_SECRET = 16;

/** Looks at what costs next to nothing, in the order of a call: no call is placed and nothing is asked for. */
export async function runSelfChecks(examined: Examined): Promise<readonly SelfCheck[]> {
  return [
    checkRoom(examined.state),
    checkSecrets(examined),
    checkPublicDomain(examined.config.PUBLIC_DOMAIN),
    checkStreams(examined),
    checkModel(examined),
    ...checkEndpoints(examined),
    ...checkAgents(examined),
    checkEngine(examined),
    await checkRecords(examined),
    ...(await checkDisk(examined.config.CALL_STORE)),
  ];
}

/** Looks at whether a call would be let in now. */
export function checkRoom({ calls, capacity, accepting, draining }: Examined['state']): SelfCheck {
  const name = 'room for calls';
  if (draining) {
    const found = `draining: ${calls} calls are left, no more are admitted`;
    return { name, state: 'warning', found, remedy: FAULTS.bridge_draining.remedy };
  }
  const found = `${calls} of ${capacity} calls`;
  if (accepting) return { name, state: 'holds', found };
  return { name, state: 'warning', found, remedy: FAULTS.bridge_full.remedy };
}

function checkSecrets({ config }: Examined): SelfCheck {
  const { BRIDGE_SECRET, ADMIN_TOKEN } = config;
  const name = 'secrets';
  const remedy = 'Make each with openssl rand -hex 32';
  const warn = (found: string): SelfCheck => ({ name, state: 'warning', found, remedy });
  if (BRIDGE_SECRET === ADMIN_TOKEN) return warn('BRIDGE_SECRET and ADMIN_TOKEN are the same');
  const short = Object.entries({ BRIDGE_SECRET, ADMIN_TOKEN })
    .filter(([, value]) => value !== undefined && value.length < SHORT_SECRET)
    .map(([variable]) => variable);
  if (short.length > 0) return warn(`short enough to be guessed: ${short.join(', ')}`);
  const changing = Object.keys(config).filter((variable) => variable.endsWith('_PREVIOUS'));
  if (changing.length > 0) {
    const found = `a former secret is still taken: ${changing.join(', ')}`;
    return { name, state: 'warning', found, remedy: 'Remove it once the change is through' };
  }
  return {
    name,
    state: 'holds',
    found: 'BRIDGE_SECRET, ADMIN_TOKEN and TWILIO_AUTH_TOKEN are set',
  };
}

function checkStreams({ counters }: Examined): SelfCheck {
  const { streamsArrived, streamsNotArrived } = counters;
  const name = 'streams of Twilio';
  if (streamsArrived + streamsNotArrived === 0)
    return { name, state: 'holds', found: 'none was awaited yet' };
  const found = `${streamsArrived} arrived, ${streamsNotArrived} had not arrived in time`;
  if (streamsNotArrived === 0) return { name, state: 'holds', found };
  const state = streamsArrived === 0 ? 'fault' : 'warning';
  return { name, state, found, remedy: FAULTS.stream_not_arrived.remedy };
}

function checkModel({ model }: Examined): SelfCheck {
  const name = 'the model at the last call';
  if (model === undefined) return { name, state: 'holds', found: 'no call yet' };
  const at = model.at.toISOString();
  if (model.fault === undefined) return { name, state: 'holds', found: `ready at ${at}` };
  const { code, fault } = model.fault;
  const found = `${code} at ${at}: ${fault.message}`;
  return { name, state: 'fault', found, remedy: fault.remedy };
}

/** Said only where there is something to say. */
function checkEndpoints({ endpoints }: Examined): readonly SelfCheck[] {
  const isDown = ({ breaker }: Endpoint) => breaker.state !== 'closed';
  const areAllDown = endpoints.every(isDown);
  return endpoints.filter(isDown).map(({ name, breaker: { state } }): SelfCheck => ({
    name: `the ${name} model`,
    state: areAllDown ? 'fault' : 'warning',
    found: `down: the last calls lost it (${state}); ${areAllDown ? 'calls are refused' : 'calls take the other'}`,
    remedy: FAULTS.model_down.remedy,
  }));
}

function checkAgents({ agents, config }: Examined): readonly SelfCheck[] {
  const seen = agents.inspect();
  const checks = seen.flatMap(({ name: agent, isUsable, faults }): SelfCheck[] => {
    if (faults.length === 0) return [];
    const remedy = 'Correct the file; the next call takes it as it then is';
    const what = isUsable ? 'an edit cannot be used, the last good version answers' : 'unusable';
    return [
      {
        name: `agent ${agent}`,
        state: isUsable ? 'warning' : 'fault',
        found: `${what}: ${faults.join('; ')}`,
        remedy,
      },
    ];
  });
  if (!seen.some(({ name }) => name === config.AGENT)) {
    const remedy = `Put ${config.AGENT}.yaml into the agents folder, or correct AGENT`;
    checks.push({ name: 'agents', state: 'fault', found: `no ${config.AGENT}`, remedy });
  }
  if (checks.length > 0) return checks;
  const found = `good: ${seen.map(({ name }) => name).join(', ')}`;
  return [{ name: 'agents', state: 'holds', found }];
}

function checkEngine({ engine, config }: Examined): SelfCheck {
  const name = 'server engine';
  if (engine !== 'ws' || config.BRIDGE_SERVER === 'ws')
    return { name, state: 'holds', found: engine };
  return {
    name,
    state: 'warning',
    found: 'ws, since uWebSockets.js cannot load here: fewer calls a core',
    remedy: 'Use Node 20, or Node 22 and 24 with glibc 2.38 or newer',
  };
}

async function checkRecords({
  store,
  counters: { recordsLost },
  config,
}: Examined): Promise<SelfCheck> {
  const name = 'call records';
  const remedy = 'See that CALL_STORE can be written and its disk has room; calls go on without';
  try {
    await store.check();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const found = store.waiting === 0 ? why : `${why}; ${store.waiting} records wait`;
    return { name, state: 'fault', found, remedy };
  }
  if (recordsLost > 0)
    return { name, state: 'warning', found: `${recordsLost} writes were given up`, remedy };
  if (config.CALL_STORE !== ':memory:') return { name, state: 'holds', found: 'can be written' };
  const found = 'kept in memory: they are gone when the bridge stops';
  return { name, state: 'warning', found, remedy: 'Name a file in CALL_STORE' };
}
