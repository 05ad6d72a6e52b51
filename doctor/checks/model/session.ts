import type { Check, Finding } from '../../check';
import { lookAtLink } from '../../model/link';

/** A session is usually set within a second; this much is heard where it was not warm in time. */
const SLOW_MS = 2_000;

/** That a session opens, takes the agent's settings, and confirms mu-law both ways. */
export const checkSession: Check = {
  id: 'model.session',
  title: 'Session with the agent’s settings',
  needs: ['model.name'],
  run: (examination) =>
    lookAtLink('model.session', examination, ({ readyMs = 0 }, target) => {
      const { doubts, readyLimitMs } = target;
      const voice = doubts.find(({ about }) => about === 'voice');
      return {
        found: `ready in ${readyMs} ms, audio/pcmu both ways`,
        warnings: [
          ...(readyMs > SLOW_MS ? [slow(readyMs, readyLimitMs)] : []),
          ...(voice === undefined ? [] : [unknownVoice(voice.text)]),
        ],
      };
    }),
};

function slow(readyMs: number, readyLimitMs: number): Finding {
  return {
    level: 'warning',
    id: 'session-slow',
    found: `the session took ${readyMs} ms to get ready; usual are 300 to 1000`,
    why: `the caller waits in silence for what is left of it when the stream starts; ${readyLimitMs} ms after that the bridge gives up`,
    remedy: 'run the bridge nearer to the provider, and look at the network between',
  };
}

function unknownVoice(text: string): Finding {
  return {
    level: 'warning',
    id: 'voice-unknown',
    found: `${text}; the model took it all the same`,
    why: 'a voice that is not made for the Realtime API can come out distorted on a telephone',
    remedy: 'listen to a call, or set voice: marin in the agent file',
  };
}
