import type { z } from 'zod';
import { ENVIRONMENT } from './environment';
import { describeSecond, findProvider, type ProviderName } from './model/providers';
import type { ModelConfig } from './model/provider';

const LOOPBACK_HOSTS = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** What is shown beside a fault, so that the reader sees a good value. */
const EXAMPLES: Readonly<Record<string, string>> = {
  OPENAI_API_KEY: 'sk-proj-…',
  FALLBACK_REALTIME_API_KEY: 'the key of the second model',
  FALLBACK_REALTIME_URL: 'wss://my-resource.openai.azure.com/openai/v1/realtime',
  TWILIO_AUTH_TOKEN: 'the primary auth token, 32 hex digits, from the Twilio console',
  PUBLIC_DOMAIN: 'bridge.example.com',
  BRIDGE_NODE: 'a',
  TWILIO_ACCOUNT_SID: 'AC0123456789abcdef0123456789abcdef',
  TWILIO_PHONE_NUMBER: '+15550100100',
  FUNCTIONS_URL: 'https://functions.example.com',
  BRIDGE_SECRET: 'the output of: openssl rand -hex 32',
  ADMIN_TOKEN: 'the output of: openssl rand -hex 32',
  RECORD_WEBHOOK_URL: 'https://crm.example.com/calls',
  RECORD_WEBHOOK_SECRET: 'the output of: openssl rand -hex 32',
};

/** The variables that say together where the model is. */
const OF_THE_MODEL = ENVIRONMENT.pick({
  OPENAI_API_KEY: true,
  REALTIME_PROVIDER: true,
  REALTIME_URL: true,
  REALTIME_MODEL: true,
  FALLBACK_REALTIME_PROVIDER: true,
  FALLBACK_REALTIME_URL: true,
  FALLBACK_REALTIME_MODEL: true,
  FALLBACK_REALTIME_API_KEY: true,
});

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
  const faults = (read.error?.issues ?? []).map(({ path, message }) =>
    describe(String(path[0]), message),
  );
  // By itself, so that all that is wrong is said at once.
  const model = OF_THE_MODEL.safeParse(given);
  if (model.success) faults.push(...checkModel(model.data));
  if (given.RECORD_WEBHOOK_URL !== undefined && given.RECORD_WEBHOOK_SECRET === undefined)
    faults.push(describe('RECORD_WEBHOOK_SECRET', 'is missing, and RECORD_WEBHOOK_URL is set'));
  if (!read.success || faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(read.data);
}

function checkModel(config: z.infer<typeof OF_THE_MODEL>): string[] {
  const second = describeSecond(config);
  return [
    ...checkEndpoint(config, config.REALTIME_PROVIDER, FIRST),
    ...(second === undefined
      ? []
      : checkEndpoint(second, config.FALLBACK_REALTIME_PROVIDER, SECOND)),
  ];
}

/** How the variables of a model are called. */
interface ModelVariables {
  readonly url: string;
  readonly key: string;
}

const FIRST: ModelVariables = { url: 'REALTIME_URL', key: 'OPENAI_API_KEY' };
const SECOND: ModelVariables = {
  url: 'FALLBACK_REALTIME_URL',
  key: 'FALLBACK_REALTIME_API_KEY',
};

function checkEndpoint(config: ModelConfig, name: ProviderName, called: ModelVariables): string[] {
  const { REALTIME_URL, OPENAI_API_KEY } = config;
  const url = new URL(REALTIME_URL);
  const local = LOOPBACK_HOSTS.test(url.hostname);
  const faults: string[] = [];
  if (OPENAI_API_KEY === undefined && !local) faults.push(describe(called.key, 'is missing'));
  if (url.protocol === 'ws:' && !local) {
    faults.push(describe(called.url, 'would send the key in clear: only loopback may be ws://'));
  }
  const provider = findProvider(name);
  const wrong = provider.findFault?.(config);
  if (wrong !== undefined) faults.push(describe(called.url, wrong, provider.example));
  return faults;
}

function describe(name: string, wrong: string, example = exampleOf(name)): string {
  return `${name} ${wrong}${example === undefined ? '' : `. Example: ${example}`}`;
}

function exampleOf(name: string): string | undefined {
  return EXAMPLES[name] ?? standardOf(name);
}

/** A default is a good value, so it serves as an example. */
function standardOf(name: string): string | undefined {
  const form = Object.entries(ENVIRONMENT.shape).find(([key]) => key === name)?.[1];
  const standard = form?.safeParse(undefined);
  return standard?.success === true && standard.data !== undefined
    ? String(standard.data)
    : undefined;
}
