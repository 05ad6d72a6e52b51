import { parseArgs } from 'node:util';
import { asOptionFault, CommandError } from '../twilio-account/failure';

export const HELP = `npm run fuzz -- [options]

Sends the built bridge what no good peer would, and looks whether it stands. Each run starts a bridge
and a model of its own on this machine.

  --frames N         fuzzed frames: half of them as Twilio, half as the model; default 100000. With
                     them come N/100 fuzzed admissions and N/100 fuzzed agent files
  --hostile N        hostile connections instead, beside calls in progress
  --calls N          with --hostile: those calls; default 10
  --seed N           to have the same once more
  --help

Exit code 0 if all held, 1 if something did not, 2 if the options are wrong.
`;

/** What the command is to do. */
export interface FuzzOptions {
  readonly frames: number;
  /** Hostile connections; 0 where frames are asked for. */
  readonly hostile: number;
  readonly calls: number;
  readonly seed: number;
}

/**
 * Reads the options.
 * @throws CommandError with exit code 2.
 */
export function readOptions(args: readonly string[]): FuzzOptions {
  const { frames, hostile, calls, seed } = parse(args);
  if (frames !== undefined && hostile !== undefined)
    throw new CommandError('--frames and --hostile are two runs: choose one', 2);
  return {
    frames: readCount('frames', frames, 100_000),
    hostile: hostile === undefined ? 0 : readCount('hostile', hostile, 0),
    calls: readCount('calls', calls, 10),
    seed: readCount('seed', seed, 1 + (Date.now() % 1_000_000)),
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: { frames: text, hostile: text, calls: text, seed: text },
    }).values;
  } catch (error) {
    throw asOptionFault(error);
  }
}

function readCount(name: string, given: string | undefined, standard: number): number {
  if (given === undefined) return standard;
  if (!/^[1-9]\d{0,8}$/.test(given))
    throw new CommandError(`--${name} is a number from 1 on, not “${given}”`, 2);
  return Number(given);
}
