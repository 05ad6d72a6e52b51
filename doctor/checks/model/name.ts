import type { Check } from '../../check';
import { lookAtLink } from '../../model/link';

/** REALTIME_MODEL, or the agent's own: that the key may use it, and for how long it will be there. */
export const checkName: Check = {
  id: 'model.name',
  title: 'Model',
  needs: ['model.key'],
  run: (examination) =>
    lookAtLink('model.name', examination, (_talk, { model, agent, doubts }) => ({
      found: model,
      warnings: doubts
        .filter(({ about }) => about !== 'voice')
        .map(({ about, isKnown, text }) => ({
          level: 'warning',
          id: isKnown ? `${about}-near-its-end` : `${about}-unknown`,
          found: text,
          why: isKnown
            ? 'from that day on every caller hears the fallback'
            : 'it may be new, or a slip of the pen that the provider will refuse',
          remedy:
            about === 'model'
              ? 'set REALTIME_MODEL=gpt-realtime-2.1, or model in the agent file, and start the bridge again'
              : `set transcription: gpt-transcribe in the file of the agent ${agent}`,
        })),
    })),
};
