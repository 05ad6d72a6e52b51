import { parseArgs } from 'node:util';

export const HELP = `npm run call -- [options]

Places a simulated call: the phone plays Twilio, obeys the TwiML that it gets, and says what it
found. No account is needed. Where things are is read from the environment and .env: FUNCTIONS_URL
(default http://localhost:3000), TWILIO_AUTH_TOKEN, PUBLIC_DOMAIN, PORT, ADMIN_TOKEN.

  --route stream-mode|test-mode   which Function answers; default stream-mode
  --url URL                       any voice URL instead
  --agent NAME                    the agent, as in /stream-mode?agent=NAME
  --from NUMBER, --to-number NUMBER
  --host PUBLIC=http://HOST:PORT  where a public host really is (repeatable);
                                  default PUBLIC_DOMAIN=http://127.0.0.1:PORT
  --clip FILE                     what the caller says, raw mu-law at 8 kHz (repeatable);
                                  a name that ends in interrupt.ulaw is said while the agent speaks;
                                  default: a caller who books a table
  --interrupt                     the default caller changes the booking in mid-sentence
  --fallback URL, --status URL    default those of the Functions, unless --url is given
  --max-s N                       the caller hangs up after N seconds; default 90
  --delay-ms N, --jitter-ms N     one-way delay of the network, each way
  --json                          prints one JSON object, the report, and nothing else
  --wav FOLDER                    writes FOLDER/{CallSid}-agent.wav and -caller.wav
  --help

Exit code 0 if the call went well, 1 if not, 2 if the options are wrong.
`;

/** The options are wrong; the message is one sentence that says how. */
export class UsageError extends Error {}

/** The options of the command, read and checked. */
export interface CallArguments {
  readonly route: 'stream-mode' | 'test-mode';
  readonly url: string | undefined;
  readonly agent: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly hosts: Readonly<Record<string, string>>;
  readonly clips: readonly string[];
  readonly interrupt: boolean;
  readonly fallback: string | undefined;
  readonly status: string | undefined;
  readonly maxS: number;
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly json: boolean;
  readonly wav: string | undefined;
  readonly help: boolean;
}

const text = { type: 'string' } as const;
const list = { type: 'string', multiple: true, default: [] as string[] } as const;
const flag = { type: 'boolean', default: false } as const;

/**
 * Reads the options.
 * @throws UsageError
 */
export function readArguments(args: readonly string[]): CallArguments {
  const values = parse(args);
  const { route } = values;
  if (route !== 'stream-mode' && route !== 'test-mode') {
    throw new UsageError(`--route must be stream-mode or test-mode, not ${route}`);
  }
  for (const name of ['url', 'fallback', 'status'] as const) {
    const address = values[name];
    if (address !== undefined && !isHttp(address)) {
      throw new UsageError(`--${name} must be an http(s) address, not ${address}`);
    }
  }
  return {
    route,
    url: values.url,
    agent: values.agent,
    from: values.from,
    to: values['to-number'],
    hosts: Object.fromEntries(values.host.map(readHost)),
    clips: values.clip,
    interrupt: values.interrupt,
    fallback: values.fallback,
    status: values.status,
    maxS: readNumber('max-s', values['max-s'], 1, 3600),
    delayMs: readNumber('delay-ms', values['delay-ms'], 0, 10_000),
    jitterMs: readNumber('jitter-ms', values['jitter-ms'], 0, 10_000),
    json: values.json,
    wav: values.wav,
    help: values.help,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        route: { type: 'string', default: 'stream-mode' },
        url: text,
        agent: text,
        from: text,
        'to-number': text,
        host: list,
        clip: list,
        interrupt: flag,
        fallback: text,
        status: text,
        'max-s': { type: 'string', default: '90' },
        'delay-ms': { type: 'string', default: '0' },
        'jitter-ms': { type: 'string', default: '0' },
        json: flag,
        wav: text,
        help: flag,
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readNumber(name: string, value: string, least: number, most: number): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= least && number <= most) return number;
  throw new UsageError(`--${name} must be a whole number from ${least} to ${most}, not ${value}`);
}

function readHost(value: string): [string, string] {
  const cut = value.indexOf('=');
  const [host, place] = [value.slice(0, cut), value.slice(cut + 1)];
  if (cut > 0 && isHttp(place)) return [host, place];
  throw new UsageError(`--host must be as bridge.example.com=http://127.0.0.1:8080, not ${value}`);
}

function isHttp(address: string): boolean {
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
}
