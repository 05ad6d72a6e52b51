import { clip } from '../../../simulator/clips/clips';
import type { Script } from '../../../simulator/model/script';

/** What the caller says, one thing after each of the agent's. */
export const LINES = [clip('caller-interrupt'), clip('caller-goodbye')];

/** What the simulated model says, and hears. */
export const SCRIPT: Script = {
  greeting: { text: 'Hello, what can I do for you?' },
  replies: [
    { text: 'We have a table for five at seven, by the window, if you like that.' },
    { text: 'Until then, goodbye.' },
  ],
  heard: LINES.map(({ text }) => text),
  // The bridge has a sentence that broke off gone on with in these words.
  cases: [{ when: { told_contains: 'Go on from exactly there' }, say: { text: 'as you wish.' } }],
};
