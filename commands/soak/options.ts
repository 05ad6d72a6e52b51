import { parseArgs } from 'node:util';
import { asOptionFault } from '../../twilio-account/failure';
import { readNumberOption } from '../../twilio-account/number-option';

export const HELP = `npm run soak -- [options]

Lets calls come and go for long, with a fault now and then, and looks whether the bridge stays what it
was. All of it runs on this machine, with the simulated phone and model. Each minute is a line; at the
end the last quarter of the time is held against the first.

  --minutes N        default 60
  --calls N          calls at once; default 20
  --fault-s N        a fault every so many seconds, one after the other; 0 for none; default 45
  --json             at the end one JSON object
  --help

Exit code 0 if memory, latency and open files are flat and no call broke a rule, 1 if not, 2 if the options are wrong.
`;

/** The options of the command. */
export interface SoakOptions {
  readonly minutes: number;
  readonly calls: number;
  /** 0 for no faults. */
  readonly faultEveryS: number;
  readonly json: boolean;
}

/**
 * Reads the options.
 * @throws CommandError with exit code 2.
 */
export function readOptions(args: readonly string[]): SoakOptions {
  const values = parse(args);
  return {
    minutes: readNumberOption('minutes', values.minutes, 1, 10_000),
    calls: readNumberOption('calls', values.calls, 1, 1_000),
    faultEveryS: readNumberOption('fault-s', values['fault-s'], 0, 3_600),
    json: values.json,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        minutes: { type: 'string', default: '60' },
        calls: { type: 'string', default: '20' },
        'fault-s': { type: 'string', default: '45' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw asOptionFault(error);
  }
}
