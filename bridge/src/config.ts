import { z } from 'zod';

const LOOPBACK_HOSTS = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

const count = (standard: number, least = 1) =>
  z.coerce
    .number({ error: 'is not a number' })
    .int('is not a whole number')
    .min(least, `is less than ${least}`)
    .default(standard);

const text = (error: string) => z.string({ error: 'is missing' }).min(1, error);

/** Every variable that the bridge reads, with its default. */
const ENVIRONMENT = z.object({
  OPENAI_API_KEY: z.string().optional(),
  REALTIME_URL: z
    .url({ error: 'is not an address', protocol: /^wss?$/ })
    .default('wss://api.openai.com/v1/realtime'),
  REALTIME_MODEL: z.string().min(1).default('gpt-realtime-2.1'),
  TWILIO_AUTH_TOKEN: text('is empty'),
  PUBLIC_DOMAIN: text('is empty').regex(
    /^[A-Za-z0-9.-]+(:\d{1,5})?$/,
    'is not a bare host: no scheme, no path, no trailing slash',
  ),
  BRIDGE_SECRET: text('is empty').min(8, 'is too short to be a secret'),
  ADMIN_TOKEN: z.string().min(8, 'is too short to be a secret').optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: count(8080, 0).pipe(z.number().max(65_535, 'is over 65535')),
  AGENT: z.string().default('receptionist'),
  AGENTS_FOLDER: z.string().optional(),
  CALL_STORE: z
    .string()
    .default('data/calls.db')
    .refine(
      (value) => !value.startsWith('redis'),
      'names Redis, which this version cannot use yet',
    ),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  LOG_FORMAT: z.enum(['json', 'pretty']).optional(),
  LOG_PHONE_NUMBERS: z.enum(['masked', 'full']).default('masked'),
  BRIDGE_SERVER: z.enum(['uws', 'ws']).default('uws'),
  MAX_CALLS: count(100),
  MAX_CALL_S: count(3_300),
  ADMISSION_S: count(60),
  DRAIN_S: count(300, 0),
  START_MS: count(5_000),
  MODEL_READY_MS: count(4_000),
  MODEL_AUDIO_MS: count(10_000),
  STREAM_IDLE_MS: count(15_000),
  MAX_PENDING_SOCKETS: count(128),
  MAX_PENDING_SOCKETS_PER_ADDRESS: count(64),
  MAX_FRAME_BYTES: count(65_536, 1_024),
  MAX_BODY_BYTES: count(65_536, 1_024),
  MAX_CALLER_AUDIO_BYTES: count(160_000, 1_600),
  MAX_AGENT_AUDIO_BYTES: count(4_800_000, 1_600),
  MAX_CUSTOM_PARAMETERS: count(16),
});

/** The names of all of them. */
export const BRIDGE_VARIABLES: readonly string[] = Object.keys(ENVIRONMENT.shape);

/** What is shown beside a fault, so that the reader sees a good value. */
const EXAMPLES: Readonly<Record<string, string>> = {
  OPENAI_API_KEY: 'sk-proj-…',
  REALTIME_URL: 'wss://api.openai.com/v1/realtime',
  TWILIO_AUTH_TOKEN: 'the primary auth token, 32 hex digits, from the Twilio console',
  PUBLIC_DOMAIN: 'bridge.example.com',
  BRIDGE_SECRET: 'the output of: openssl rand -hex 32',
  ADMIN_TOKEN: 'the output of: openssl rand -hex 32',
  CALL_STORE: 'data/calls.db',
  LOG_LEVEL: 'info',
  MAX_CALLS: '100',
  PORT: '8080',
};

/** The configuration of one bridge: read once, frozen, passed in. */
export type Config = Readonly<z.infer<typeof ENVIRONMENT>>;

/** A start that cannot be: one line a fault. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/**
 * Reads the configuration from the environment. An empty value counts as none.
 * @throws ConfigError with one line a fault: name, what is wrong, an example.
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const read = ENVIRONMENT.safeParse(given);
  if (!read.success)
    throw new ConfigError(
      read.error.issues.map(({ path, message }) => describe(String(path[0]), message)),
    );
  const faults = checkModel(read.data);
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(read.data);
}

function checkModel({ REALTIME_URL, OPENAI_API_KEY }: Config): string[] {
  const url = new URL(REALTIME_URL);
  const local = LOOPBACK_HOSTS.test(url.hostname);
  const faults: string[] = [];
  if (OPENAI_API_KEY === undefined && !local) faults.push(describe('OPENAI_API_KEY', 'is missing'));
  if (url.protocol === 'ws:' && !local) {
    faults.push(
      describe('REALTIME_URL', 'would send the key in clear: only loopback may be ws://'),
    );
  }
  return faults;
}

function describe(name: string, wrong: string): string {
  const example = EXAMPLES[name];
  return `${name} ${wrong}${example === undefined ? '' : `. Example: ${example}`}`;
}
