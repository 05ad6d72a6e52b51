import { parseArgs } from 'node:util';
import { asOptionFault, CommandError } from '../twilio-account/failure';

export const HELP = `npm run doctor -- [options]

Looks at every link of a call from outside, in the order of the call, and names the one that is
broken: configuration, account, number, Functions, TwiML, bridge, model, and a whole simulated call.
Read from the environment and .env: the variables of docs/VARIABLES.md.

  --number +15550100100   the number; default TWILIO_PHONE_NUMBER
  --twiml FILE|URL        checks that TwiML alone, and prints it corrected where that can be done
  --call CA…|failed       what went wrong with one call, or with the latest that failed
  --fix                   sets what is safe to set (the number's voice address, fallback and status
                          callback), and asks before it does
  --yes                   with --fix: does not ask
  --only PART[,PART]      only these: config, account, number, functions, twiml, bridge, model, call
  --host PUBLIC=http://HOST:PORT   where a public host really is (repeatable)
  --json                  one JSON object instead of lines
  --help

Exit code 0 if all holds, 1 if a link is broken, 2 if the options are wrong.
`;

/** The parts of the chain, in its order. */
export const PARTS = [
  'config',
  'account',
  'number',
  'functions',
  'twiml',
  'bridge',
  'model',
  'call',
] as const;

export type Part = (typeof PARTS)[number];

/** The options of the command. */
export interface DoctorOptions {
  /** E.164. */
  readonly phoneNumber: string | undefined;
  /** A file or an address. */
  readonly twiml: string | undefined;
  /** A CallSid, or `failed` for the latest that failed. */
  readonly call: string | undefined;
  readonly fix: boolean;
  readonly yes: boolean;
  readonly only: readonly Part[];
  readonly hosts: Readonly<Record<string, string>>;
  readonly json: boolean;
}

/**
 * Reads the options.
 * @throws CommandError with exit code 2.
 */
export function readOptions(args: readonly string[]): DoctorOptions {
  const values = parse(args);
  const { number, twiml, call, fix, yes, json } = values;
  if (number !== undefined && !/^\+[1-9]\d{6,14}$/.test(number)) {
    throw new CommandError(
      `--number ${number} is not in E.164: a plus, the country code and the rest. Example: --number +15550100100`,
      2,
    );
  }
  if (call !== undefined && call !== 'failed' && !/^CA[0-9a-fA-F]{32}$/.test(call)) {
    throw new CommandError(
      `--call ${call} is no CallSid: CA and 32 hex digits, or the word failed. Example: --call failed`,
      2,
    );
  }
  if (yes && !fix) throw new CommandError('--yes goes with --fix', 2);
  if ([twiml, call].filter((one) => one !== undefined).length + (fix ? 1 : 0) > 1) {
    throw new CommandError('one of --twiml, --call and --fix at a time', 2);
  }
  return {
    phoneNumber: number,
    twiml,
    call,
    fix,
    yes,
    json,
    only: values.only.flatMap((list) => list.split(',').map(readPart)),
    hosts: Object.fromEntries(values.host.map(readHost)),
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const list = { type: 'string', multiple: true, default: [] as string[] } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        number: text,
        twiml: text,
        call: text,
        fix: flag,
        yes: flag,
        only: list,
        host: list,
        json: flag,
        help: flag,
      },
    }).values;
  } catch (error) {
    throw asOptionFault(error);
  }
}

function readPart(name: string): Part {
  const part = PARTS.find((known) => known === name.trim());
  if (part !== undefined) return part;
  throw new CommandError(`--only ${name} is no part of the chain: ${PARTS.join(', ')}`, 2);
}

function readHost(value: string): [string, string] {
  const cut = value.indexOf('=');
  const [host, place] = [value.slice(0, cut), value.slice(cut + 1)];
  if (cut > 0 && URL.canParse(place) && /^https?:$/.test(new URL(place).protocol)) {
    return [host, place];
  }
  throw new CommandError(
    `--host must be as bridge.example.com=http://127.0.0.1:8080, not ${value}`,
    2,
  );
}
