import { parseArgs } from 'node:util';
import { asOptionFault, CommandError } from '../../twilio-account/failure';

export const HELP = `npm run chaos -- [options]

Replaces parts of the product while calls go on, and says what the callers heard. All of it runs on
this machine, with the simulated phone and model; Caddy must be installed.

  --only rolling     two bridges behind Caddy, replaced one after the other: no call may be cut
  --calls N          calls at once; default 100
  --pause-s N        how long a call lasts beyond what is said; default 20
  --json             one JSON object
  --help

Exit code 0 if every caller heard the agent to the end, 1 if not, 2 if the options are wrong.
`;

/** The options of the command. */
export interface ChaosOptions {
  readonly calls: number;
  readonly pauseMs: number;
  readonly json: boolean;
}

/**
 * Reads the options.
 * @throws CommandError with exit code 2.
 */
export function readOptions(args: readonly string[]): ChaosOptions {
  const values = parse(args);
  if (values.only !== 'rolling')
    throw new CommandError(`--only knows rolling, not “${values.only}”`, 2);
  return {
    calls: readNumber('calls', values.calls, 1, 1_000),
    pauseMs: readNumber('pause-s', values['pause-s'], 0, 200) * 1_000,
    json: values.json,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', default: 'rolling' },
        calls: { type: 'string', default: '100' },
        'pause-s': { type: 'string', default: '20' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw asOptionFault(error);
  }
}

function readNumber(name: string, given: string, least: number, most: number): number {
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= least && value <= most) return value;
  throw new CommandError(
    `--${name} must be a whole number from ${least} to ${most}, not “${given}”`,
    2,
  );
}
