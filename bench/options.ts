import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { asOptionFault, CommandError } from '../twilio-account/failure';
import { readNumberOption } from '../twilio-account/number-option';
import { CONTENDER_NAMES, type ContenderName, LEGS, type Leg } from './contender-names';

export const HELP = `npm run bench -- [options]

Measures the bridge against other ways to do the same, on the same traffic, in turn, one core each.
bench/README.md says what is measured and how.

  --quick            two minutes in all: one short round, and no search for the most calls
  --only NAME,…      of: ${CONTENDER_NAMES.join(', ')}
  --leg clear|tls    the model leg in clear or with TLS; default both
  --calls N          calls at once in the rounds; default 200, with --quick 50
  --rounds N         rounds; default 3, with --quick 1
  --no-capacity      no search for the most calls
  --against FILE     another built bridge, its main.js, as one more in the table
  --together         two at the same time on one core, as --only bridge,sliced or --against name
                     them: the ratio of their CPU, true to some hundredths; 130 calls each
  --json             one JSON object
  --write            writes bench/RESULTS.md, with the machine
  --overload         offers 2000 calls, or --calls, one after the other, to a bridge on one core:
                     how many it admits, and how late the audio of those is
  --minutes N        400 calls of the bridge, or --calls, for so many minutes on each leg: memory,
                     CPU and latency of each minute, and whether they stay what they are
  --processes        one bridge against two on the same core, at the same load in all
  --micro            the benchmarks of single functions instead
  --help

The generator is C: it needs gcc, and the headers of OpenSSL for TLS. Exit code 0 if every bridge
passed every byte in order, 1 if one did not or did not stay what it was, 2 if the options are wrong.
`;

/** The options of the command; times in milliseconds. */
export interface BenchOptions {
  readonly only: readonly ContenderName[];
  readonly legs: readonly Leg[];
  readonly calls: number;
  readonly rounds: number;
  readonly warmMs: number;
  readonly measuredMs: number;
  /** How often a trial is tried while somebody else disturbs it. */
  readonly tries: number;
  readonly searchesCapacity: boolean;
  /** The main.js of another built bridge, absolute. */
  readonly against: string | undefined;
  readonly json: boolean;
  readonly write: boolean;
  readonly processes: boolean;
  /** How long the same calls are watched; undefined where that is not what is asked for. */
  readonly minutes: number | undefined;
  readonly overload: boolean;
  readonly together: boolean;
  readonly micro: boolean;
}

const MOST_CALLS = 5_000;
/** More than any core here carries, twice over. */
const OVERLOAD_CALLS = 2_000;
/** Of those that are watched for minutes. */
const WATCHED_CALLS = 400;
/** A call lasts four hours at most. */
const MOST_MINUTES = 230;
/** Of each of two on one core, which then have some time left. */
const TOGETHER_CALLS = 130;

/**
 * Reads the options.
 * @throws CommandError with exit code 2.
 */
export function readOptions(args: readonly string[]): BenchOptions {
  const values = parse(args);
  const { quick, json, write, micro, processes, overload, together, against } = values;
  const minutes =
    values.minutes === undefined
      ? undefined
      : readNumberOption('minutes', values.minutes, 1, MOST_MINUTES);
  return {
    only: values.only === undefined ? CONTENDER_NAMES : readNames(values.only),
    legs: values.leg === undefined ? LEGS : [readLeg(values.leg)],
    calls: readCount('calls', values.calls, findStandardCalls(values), MOST_CALLS),
    rounds: readCount('rounds', values.rounds, quick ? 1 : 3, 100),
    warmMs: quick ? 1_500 : 8_000,
    measuredMs: quick ? 4_000 : 10_000,
    tries: quick ? 1 : 3,
    searchesCapacity: !quick && !values['no-capacity'],
    against: against === undefined ? undefined : findBuilt(against),
    json,
    write,
    processes,
    minutes,
    overload,
    together,
    micro,
  };
}

function findStandardCalls({
  overload,
  together,
  minutes,
  quick,
}: Pick<ReturnType<typeof parse>, 'overload' | 'together' | 'minutes' | 'quick'>): number {
  if (overload) return OVERLOAD_CALLS;
  if (minutes !== undefined) return WATCHED_CALLS;
  if (together) return TOGETHER_CALLS;
  return quick ? 50 : 200;
}

function parse(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        quick: flag,
        only: text,
        leg: text,
        calls: text,
        rounds: text,
        against: text,
        json: flag,
        write: flag,
        micro: flag,
        processes: flag,
        minutes: text,
        overload: flag,
        together: flag,
        'no-capacity': flag,
        help: flag,
      },
    }).values;
  } catch (error) {
    throw asOptionFault(error);
  }
}

function findBuilt(given: string): string {
  const path = resolve(given);
  if (path.endsWith('.js') && existsSync(path)) return path;
  throw new CommandError(
    `--against wants the main.js of a built bridge, and “${given}” is none. Example: --against ../other/dist/bridge/main.js`,
    2,
  );
}

function readNames(list: string): readonly ContenderName[] {
  return list.split(',').map((given) => {
    const name = CONTENDER_NAMES.find((known) => known === given.trim());
    if (name === undefined)
      throw new CommandError(`--only knows ${CONTENDER_NAMES.join(', ')}, not “${given}”`, 2);
    return name;
  });
}

/**
 * Reads how the model is reached.
 * @throws CommandError with exit code 2.
 */
export function readLeg(given: string): Leg {
  const leg = LEGS.find((known) => known === given);
  if (leg === undefined) throw new CommandError(`--leg is clear or tls, not “${given}”`, 2);
  return leg;
}

/**
 * Reads a number of things.
 * @throws CommandError with exit code 2.
 */
export function readCount(
  name: string,
  given: string | undefined,
  standard: number,
  most: number,
): number {
  return given === undefined ? standard : readNumberOption(name, given, 1, most);
}
