import { createAzure, findAzureFault } from './azure';
import { createOpenAi } from './openai';
import type { Config } from '../config';
import { Breaker } from './breaker';
import type { Endpoint, ModelConfig, Provider } from './provider';

interface ProviderEntry {
  /** A good REALTIME_URL, shown beside a fault. */
  readonly example: string;
  create(config: ModelConfig): Provider;
  /** What is wrong with REALTIME_URL for this provider. */
  findFault?(config: ModelConfig): string | undefined;
}

/** Every provider by the value of REALTIME_PROVIDER; another one is a file and a row here. */
export const PROVIDERS = {
  openai: { example: 'wss://api.openai.com/v1/realtime', create: createOpenAi },
  azure: {
    example: 'wss://my-resource.openai.azure.com/openai/v1/realtime',
    create: createAzure,
    findFault: findAzureFault,
  },
} as const satisfies Readonly<Record<string, ProviderEntry>>;

/** The name of a provider. */
export type ProviderName = keyof typeof PROVIDERS;

/** The provider of that name. */
export function findProvider(name: ProviderName): ProviderEntry {
  return PROVIDERS[name];
}

/** The second model, in the words of the first; undefined where there is none. */
export function describeSecond(config: {
  readonly FALLBACK_REALTIME_URL?: string | undefined;
  readonly FALLBACK_REALTIME_MODEL: string;
  readonly FALLBACK_REALTIME_API_KEY?: string | undefined;
}): ModelConfig | undefined {
  const url = config.FALLBACK_REALTIME_URL;
  if (url === undefined) return undefined;
  return {
    REALTIME_URL: url,
    REALTIME_MODEL: config.FALLBACK_REALTIME_MODEL,
    OPENAI_API_KEY: config.FALLBACK_REALTIME_API_KEY,
  };
}

/** Where the sessions of a bridge are had, in the order in which they are tried. */
export function createEndpoints(config: Config): readonly Endpoint[] {
  const endpoint = (name: Endpoint['name'], provider: Provider): Endpoint => ({
    ...{ name, provider },
    breaker: new Breaker(config.MODEL_DOWN_CALLS, config.MODEL_DOWN_S * 1_000),
  });
  const second = describeSecond(config);
  return [
    endpoint('first', findProvider(config.REALTIME_PROVIDER).create(config)),
    ...(second === undefined
      ? []
      : [endpoint('second', findProvider(config.FALLBACK_REALTIME_PROVIDER).create(second))]),
  ];
}
