import { parseArgs } from 'node:util';
import { asOptionFault, CommandError } from '../../twilio-account/failure';
import { readNumberOption } from '../../twilio-account/number-option';
import { chooseScenarios } from './faults/faults';
import { type Scenario, SCENARIOS } from './faults/scenarios';

/** Each with its own name, and all that begin with the name of a part together. */
const FAULTS = SCENARIOS.map(({ name, title }) => `  ${name.padEnd(18)} ${title}`).join('\n');

export const HELP = `npm run chaos -- [options]

Breaks, pauses, slows, replaces and kills parts of the product while calls go on, and says what each
caller heard, what each record says, and which rules were broken. All of it runs on this machine, with
the simulated phone and model. Without --only everything is tried briefly, in under three minutes.

  --only rolling     two bridges behind Caddy, replaced one after the other: no call may be cut
  --only kill        one of the two is killed again and again: it or the other goes on with its calls
  --only FAULT       one of those below, or model, bridge, line, functions, store for all of a part
  --calls N          calls at once; default 4, with --only rolling 100
  --seconds N        how long a fault lasts; default its own time
  --pause-s N        --only rolling: how long a call lasts beyond what is said; default 20
  --kills N          --only kill: how often; default 50
  --json             one JSON object, or a list of several
  --help

${FAULTS}

rolling and kill need Caddy, store needs redis-server. Exit code 0 if no rule was broken, 1 if one was,
2 if the options are wrong.
`;

/** The options of the command. */
export interface ChaosOptions {
  /** Undefined for everything, briefly. */
  readonly only: string | undefined;
  /** The faults that `only` names. */
  readonly scenarios: readonly Scenario[];
  /** Undefined leaves it to the part. */
  readonly calls: number | undefined;
  readonly seconds: number | undefined;
  readonly kills: number;
  readonly pauseMs: number;
  readonly json: boolean;
}

/**
 * Reads the options.
 * @throws CommandError with exit code 2.
 */
export function readOptions(args: readonly string[]): ChaosOptions {
  const { only, ...values } = parse(args);
  const scenarios = only === undefined ? [] : chooseScenarios(only);
  if (only !== undefined && !['rolling', 'kill'].includes(only) && scenarios.length === 0) {
    const names = SCENARIOS.map(({ name }) => name).join(', ');
    throw new CommandError(`--only knows rolling, kill, ${names}, not “${only}”`, 2);
  }
  const seconds =
    values.seconds === undefined ? undefined : readNumberOption('seconds', values.seconds, 0, 600);
  const longest = Math.max(0, ...scenarios.map(({ mostSeconds }) => mostSeconds));
  if (only !== undefined && scenarios.length > 0 && (seconds ?? 0) > longest)
    throw new CommandError(
      longest === 0
        ? `${only} happens in a moment: leave --seconds out`
        : `--seconds is at most ${longest} for ${only}, not “${seconds ?? ''}”`,
      2,
    );
  return {
    ...{ only, scenarios, seconds },
    calls:
      values.calls === undefined ? undefined : readNumberOption('calls', values.calls, 1, 1_000),
    kills: readNumberOption('kills', values.kills, 1, 10_000),
    pauseMs: readNumberOption('pause-s', values['pause-s'], 0, 200) * 1_000,
    json: values.json,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        calls: { type: 'string' },
        seconds: { type: 'string' },
        kills: { type: 'string', default: '50' },
        'pause-s': { type: 'string', default: '20' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw asOptionFault(error);
  }
}
