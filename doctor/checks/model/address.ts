import type { Check } from '../../check';
import { hostOf } from '../../model/diagnosis';
import { isLoopbackUrl } from '../../settings';
import { lookAtLink } from '../../model/link';

/** REALTIME_URL: that a Realtime endpoint answers there, and whether it is the real one. */
export const checkAddress: Check = {
  id: 'model.address',
  title: 'Address of the model',
  needs: ['model.agent'],
  run: (examination) =>
    lookAtLink('model.address', examination, (_talk, { url }) => {
      const host = hostOf(url);
      if (!isLoopbackUrl(url)) return { found: host };
      const found = `${host} is on this machine: a simulated model or another local one, not OpenAI’s`;
      if (examination.settings.isTrial) return { found };
      return {
        found,
        warnings: [
          {
            level: 'warning',
            id: 'model-local',
            found,
            why: 'callers of the real number talk to it, and a simulated one says only what its script has',
            remedy:
              'for real calls leave REALTIME_URL out, set OPENAI_API_KEY, and start the bridge again',
          },
        ],
      };
    }),
};
