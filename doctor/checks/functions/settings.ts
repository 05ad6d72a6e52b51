import type { Check, Finding } from '../../check';
import type { Facts } from '../../examination';
import { isHostedByTwilio, updateCommand } from './place';
import { readSaid, textOf } from './said';

/** Without these no call gets to the bridge. */
const NEEDED = ['BRIDGE_URL', 'BRIDGE_SECRET'];

/** Deployed Functions know their own address, whatever stands here. */
const OWN = 'FUNCTIONS_URL';

/** What the Functions have in their environment, against the one here. */
export const checkSettings: Check = {
  id: 'functions.settings',
  title: 'Settings of the Functions',
  needs: ['functions.diagnostics'],
  run: ({ settings, facts }) => {
    const config = Object.entries(readSaid(facts, 'config'));
    const missing = config.filter(([name, state]) => NEEDED.includes(name) && state !== 'set');
    const differ = config.filter(
      ([name, state]) =>
        !NEEDED.includes(name) &&
        name !== OWN &&
        (state === 'set') !== (settings.environment[name] !== undefined),
    );
    const update = updateCommand(facts.functionsUrl ?? '');
    const findings = [
      ...missing.map(([name]) => isMissing(name, facts.functionsUrl ?? '')),
      ...(differ.length === 0 ? [] : [isDifferent(differ, update)]),
      ...readFaults(facts, update),
    ];
    const set = config.filter(([, state]) => state === 'set').map(([name]) => name);
    return Promise.resolve({ found: `set: ${set.join(', ')}`, findings });
  },
};

function isMissing(name: string, functionsUrl: string): Finding {
  return {
    level: 'fault',
    id: `functions-${name.toLowerCase().replace('_', '-')}-missing`,
    found: `${name} is not set on the Functions`,
    why: 'they cannot ask the bridge to take a call: every caller gets the fallback',
    remedy:
      name === 'BRIDGE_URL' && isHostedByTwilio(functionsUrl)
        ? 'npm run tunnel, or npm run deploy with PUBLIC_DOMAIN set'
        : `set ${name} in .env, then: ${updateCommand(functionsUrl)}`,
  };
}

function isDifferent(differ: readonly (readonly [string, unknown])[], update: string): Finding {
  const told = differ.map(([name, state]) =>
    state === 'set' ? `${name} is set there and not here` : `${name} is set here and not there`,
  );
  return {
    level: 'warning',
    id: 'functions-settings-differ',
    found: told.join('; '),
    why: 'callers get what the Functions have, not what stands here',
    remedy: `${update}; what stays there though .env no longer has it is removed in the Twilio console`,
  };
}

/** What the Functions say themselves of their settings. */
function readFaults({ functionsDiagnostics }: Facts, update: string): Finding[] {
  const faults = functionsDiagnostics?.faults;
  if (!Array.isArray(faults)) return [];
  return faults.map((fault): Finding => {
    const { variable, reason, example } = Object(fault) as Record<string, unknown>; // from JSON
    return {
      level: 'warning',
      id: 'functions-setting-refused',
      found: `${textOf(variable) ?? 'a variable'} ${textOf(reason) ?? 'cannot be used'}`,
      why: 'the Functions pass over it: a caller who gets the fallback only hears that nobody can take the call',
      remedy: `set it, as ${textOf(example) ?? 'docs/VARIABLES.md says'}, then: ${update}`,
    };
  });
}
