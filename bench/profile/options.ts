import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { asOptionFault } from '../../twilio-account/failure';
import type { Leg } from '../contender-names';
import { readCount, readLeg } from '../options';

export const HELP = `npm run profile -- [options]

Runs the built bridge under the load of the bench with the CPU profiler of Node, writes the profile
and prints where the time goes. Open the file in Chrome (DevTools, Performance) or Visual Studio Code.

  --calls N          calls at once; default 100
  --seconds N        how long is recorded; default 10
  --leg clear|tls    the model leg; default clear
  --top N            so many functions are printed; default 25
  --out FILE         default data/bridge.cpuprofile
  --help
`;

/** The options of the command. */
export interface ProfileOptions {
  readonly calls: number;
  readonly seconds: number;
  readonly leg: Leg;
  readonly top: number;
  /** Where the profile goes, absolute. */
  readonly out: string;
}

/**
 * Reads the options.
 * @throws CommandError with exit code 2.
 */
export function readProfileOptions(args: readonly string[]): ProfileOptions {
  const values = parse(args);
  return {
    calls: readCount('calls', values.calls, 100, 5_000),
    seconds: readCount('seconds', values.seconds, 10, 600),
    leg: values.leg === undefined ? 'clear' : readLeg(values.leg),
    top: readCount('top', values.top, 25, 1_000),
    out: resolve(values.out ?? 'data/bridge.cpuprofile'),
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        calls: text,
        seconds: text,
        leg: text,
        top: text,
        out: text,
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw asOptionFault(error);
  }
}
