import type { Finding } from '../check';
import { isEcho } from '../sound/echo';
import { judgeSound, type Sound, type SoundKind } from '../sound/sound';
import type { HeardCall } from './simulated-call';

/** Less than this is too little to judge. */
const JUDGED_MS = 200;

/** What the agent sounded like. */
export interface Hearing {
  /** In a few words, as in `speech`. */
  readonly found: string;
  readonly finding?: Finding;
}

/** Judges what was heard of the agent: an answer that is the caller's own words, byte for byte, or speech. */
export function hear(call: HeardCall, spoken: Buffer): Hearing {
  const { greeting, answer, spokenAtMs, greetsOn } = call;
  for (const [what, audio] of [
    ['greeting', greeting],
    ['answer', answer],
  ] as const) {
    const sound = judgeSound(audio);
    if (sound.durationMs < JUDGED_MS) continue;
    const finding = findingOf(sound, what);
    if (finding !== undefined) return { found: finding.found, finding };
  }
  if (isEcho(answer, spoken)) {
    return { found: 'the answer is what the caller said, byte for byte (a parrot)' };
  }
  if (answer.length === 0 && spokenAtMs !== undefined && !greetsOn) {
    const finding = deaf();
    return { found: finding.found, finding };
  }
  return { found: 'the agent speaks, and answers the caller' };
}

function findingOf({ kind, durationMs, measures }: Sound, what: string): Finding | undefined {
  const known = SOUNDS[kind];
  if (known === undefined) return undefined;
  const { levelDb, zeroCrossings } = measures;
  const level =
    kind === 'silence'
      ? ''
      : ` (level ${levelDb.toFixed(0)} dB, zero crossings ${zeroCrossings.toFixed(2)})`;
  return {
    level: kind === 'clipped' ? 'warning' : 'fault',
    id: `agent-audio-${known.id}`,
    found: `${Math.round(durationMs)} ms of the agent’s ${what} are ${known.said}${level}`,
    why: known.why,
    remedy: known.remedy,
  };
}

interface Meaning {
  readonly id: string;
  readonly said: string;
  readonly why: string;
  readonly remedy: string;
}

const FORMAT =
  'the model, or what stands between, sends another format than audio/pcmu though it confirmed that: see REALTIME_URL and REALTIME_MODEL, and take a proxy away';

const SOUNDS: Readonly<Partial<Record<SoundKind, Meaning>>> = {
  silence: {
    id: 'silence',
    said: 'silence',
    why: 'the caller hears nothing, though audio comes',
    remedy: 'try another voice and model: the model sends audio with nothing in it',
  },
  noise: {
    id: 'noise',
    said: 'noise',
    why: 'the caller hears hiss instead of words',
    remedy: FORMAT,
  },
  tone: {
    id: 'tone',
    said: 'one steady tone',
    why: 'the caller hears a tone instead of words',
    remedy: 'see what answers at REALTIME_URL: a test signal, or a model that does not speak',
  },
  pcm16: {
    id: 'pcm16',
    said: '16-bit linear samples that were taken for mu-law',
    why: 'the caller hears loud hiss instead of words',
    remedy: FORMAT,
  },
  alaw: {
    id: 'alaw',
    said: 'A-law that was taken for mu-law',
    why: 'the caller hears loud and rough noise with words in it',
    remedy: FORMAT,
  },
  clipped: {
    id: 'clipped',
    said: 'cut off at the end of the scale',
    why: 'the agent sounds harsh, and is hard to understand',
    remedy: 'something amplifies the audio: try another voice, and take a proxy away',
  },
};

function deaf(): Finding {
  return {
    level: 'fault',
    id: 'agent-deaf',
    found: 'the agent was heard, and did not answer when the caller spoke',
    why: 'the caller speaks, and nothing happens',
    remedy:
      'look at turn_detection in the agent file (threshold, create_response), and at the log of the bridge: model_silent, or no turn of the caller at all',
  };
}
