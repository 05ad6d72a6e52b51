import type { z } from 'zod';
import { ENVIRONMENT } from './environment';

const LOOPBACK_HOSTS = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** What is shown beside a fault, so that the reader sees a good value. */
const EXAMPLES: Readonly<Record<string, string>> = {
  OPENAI_API_KEY: 'sk-proj-…',
  TWILIO_AUTH_TOKEN: 'the primary auth token, 32 hex digits, from the Twilio console',
  PUBLIC_DOMAIN: 'bridge.example.com',
  BRIDGE_SECRET: 'the output of: openssl rand -hex 32',
  ADMIN_TOKEN: 'the output of: openssl rand -hex 32',
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
  const example = EXAMPLES[name] ?? standardOf(name);
  return `${name} ${wrong}${example === undefined ? '' : `. Example: ${example}`}`;
}

/** A default is a good value, so it serves as an example. */
function standardOf(name: string): string | undefined {
  const form = Object.entries(ENVIRONMENT.shape).find(([key]) => key === name)?.[1];
  const standard = form?.safeParse(undefined);
  return standard?.success === true && standard.data !== undefined
    ? String(standard.data)
    : undefined;
}
