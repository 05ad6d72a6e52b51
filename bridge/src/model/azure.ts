import { describeSession, withModel } from './openai';
import type { ModelConfig, Provider } from './provider';

/**
 * Azure OpenAI: the same protocol at `wss://{resource}.openai.azure.com/openai/v1/realtime`, where
 * the model is the name of a deployment and the key has a header of its own. No `api-version`: that
 * belongs to the preview, whose shapes are the old ones.
 * Source: https://learn.microsoft.com/azure/foundry/openai/how-to/realtime-audio-preview-api-migration-guide
 */
export function createAzure(config: ModelConfig): Provider {
  return {
    name: 'azure',
    url: (model) => withModel(config, model),
    headers: () => ({ 'api-key': config.OPENAI_API_KEY ?? 'no-key' }),
    session: describeSession,
  };
}

/** What of an address cannot be Azure's, in words; undefined where it can. */
export function findAzureFault({ REALTIME_URL }: ModelConfig): string | undefined {
  const url = new URL(REALTIME_URL);
  if (url.hostname === 'api.openai.com') {
    return 'is OpenAI’s own address; set that of your Azure resource';
  }
  if (url.searchParams.has('api-version')) {
    return 'has an api-version, which belongs to the preview; leave the query out';
  }
  return undefined;
}
