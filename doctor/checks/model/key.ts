import type { Check } from '../../check';
import { isLoopbackUrl } from '../../settings';
import { lookAtLink } from '../../model/link';

/** OPENAI_API_KEY, as the upgrade has it. */
export const checkKey: Check = {
  id: 'model.key',
  title: 'Key of the model',
  needs: ['model.address'],
  run: (examination) =>
    lookAtLink('model.key', examination, (_talk, { provider, url }) => ({
      found: isLoopbackUrl(url) ? 'accepted, by a local model' : `accepted by ${provider}`,
    })),
};
