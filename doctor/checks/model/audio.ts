import type { Check } from '../../check';
import { lookAtLink } from '../../model/link';

/** A first response usually sounds after 500 to 2000 ms, later ones after 250 to 500. */
const SLOW_MS = 2_000;

/** That the model speaks, and how soon. The response is cancelled at its first audio. */
export const checkAudio: Check = {
  id: 'model.audio',
  title: 'First audio of the model',
  needs: ['model.session'],
  run: (examination) =>
    lookAtLink('model.audio', examination, ({ firstAudioMs = 0 }) => ({
      found: `after ${firstAudioMs} ms`,
      warnings:
        firstAudioMs <= SLOW_MS
          ? []
          : [
              {
                level: 'warning',
                id: 'first-audio-slow',
                found: `the first audio came after ${firstAudioMs} ms; usual are 500 to ${SLOW_MS}`,
                why: 'the caller hears nothing for so long after each turn, and many say hello again',
                remedy:
                  'run npm run doctor again; if it stays, run the bridge nearer to the provider, try a faster model, and shorten the instructions',
              },
            ],
    })),
};
