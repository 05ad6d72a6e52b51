import { parseArgs } from 'node:util';
import { asOptionFault, CommandError } from '../../twilio-account/failure';

export const HELP = `npm run chaos -- [options]

Replaces parts of the product while calls go on, and says what the callers heard. All of it runs on
this machine, with the simulated phone and model; Caddy must be installed.

  --only rolling     two bridges behind Caddy, replaced one after the other: no call may be cut
  --only kill        one of the two is killed again and again: it or the other goes on with its calls
                     Without --only all of them, one after the other
  --calls N          calls at once; default 100, at each kill 4
  --pause-s N        rolling: how long a call lasts beyond what is said; default 20
  --kills N          kill: how often; default 50
  --json             one JSON object; of several parts, by their names
  --help

Exit code 0 if every caller heard the agent to the end and every record is right, 1 if not, 2 if the options are wrong.
`;

/** What can be done. */
export const PARTS = ['rolling', 'kill'] as const;
export type PartName = (typeof PARTS)[number];

/** The options of the command. */
export interface ChaosOptions {
  readonly parts: readonly PartName[];
  /** Undefined leaves it to the part. */
  readonly calls: number | undefined;
  readonly kills: number;
  readonly pauseMs: number;
  readonly json: boolean;
}

/**
 * Reads the options.
 * @throws CommandError with exit code 2.
 */
export function readOptions(args: readonly string[]): ChaosOptions {
  const values = parse(args);
  const parts = PARTS.filter((part) => values.only === undefined || part === values.only);
  if (parts.length === 0)
    throw new CommandError(`--only knows ${PARTS.join(', ')}, not “${values.only ?? ''}”`, 2);
  return {
    parts,
    calls: values.calls === undefined ? undefined : readNumber('calls', values.calls, 1, 1_000),
    kills: readNumber('kills', values.kills, 1, 10_000),
    pauseMs: readNumber('pause-s', values['pause-s'], 0, 200) * 1_000,
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

function readNumber(name: string, given: string, least: number, most: number): number {
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= least && value <= most) return value;
  throw new CommandError(
    `--${name} must be a whole number from ${least} to ${most}, not “${given}”`,
    2,
  );
}
