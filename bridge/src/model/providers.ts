import { createAzure, findAzureFault } from './azure';
import { createOpenAi } from './openai';
import type { ModelConfig, Provider } from './provider';

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
