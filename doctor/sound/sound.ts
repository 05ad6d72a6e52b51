import { MULAW_BYTES_PER_MS } from '@realtime-phone/protocol/mulaw';
import { type AudioFormat, samplesOf } from '@realtime-phone/simulator/model/audio-format';
import { measure, type Measures } from './measure';

/** What some mu-law audio sounds like. */
export type SoundKind =
  | 'speech'
  /** One steady tone, as of a test signal or mains hum. */
  | 'tone'
  | 'silence'
  | 'noise'
  /** Speech that is cut off at the end of the scale. */
  | 'clipped'
  /** 16-bit linear samples that were taken for mu-law: loud hiss. */
  | 'pcm16'
  /** A-law that was taken for mu-law: loud, rough, still half understood. */
  | 'alaw';

/** A judgement, and what it rests on. */
export interface Sound {
  readonly kind: SoundKind;
  readonly durationMs: number;
  readonly measures: Measures;
}

/** A click or two is silence; this much is not. */
const AUDIBLE_SHARE = 0.03;
const VOICED_SHARE = 0.25;
const CLIPPED_SHARE = 0.05;
const STEADY_DB = 1.5;
const PURE = 0.98;
/** Recorded speech has 0.55 to 0.8 at 8 kHz; noise about 0. */
const SMOOTH = 0.5;
/** Linear speech at 24 kHz hardly changes from one sample to the next. */
const SMOOTH_LINEAR = 0.9;
/** Speech in the wrong one of the two laws is this much rougher than in the right one. */
const ROUGHER = 0.1;

const PCMU: AudioFormat = { type: 'audio/pcmu' };
const PCMA: AudioFormat = { type: 'audio/pcma' };
const PCM: AudioFormat = { type: 'audio/pcm', rate: 24_000 };

/**
 * Judges mu-law audio by its level, its zero crossings and its pitch. Audio that is no speech as
 * mu-law is looked at again as what it may have been before somebody mistook it: the reading that
 * sounds like speech tells the mistake. A hum with the pitch and the rhythm of words, as the
 * simulated model has for texts without a clip, passes for speech: it proves the same of the way.
 */
export function judgeSound(mulaw: Buffer): Sound {
  const measures = measure(samplesOf(mulaw, PCMU), { samplesPerSecond: 8_000 });
  return { kind: kindOf(mulaw, measures), durationMs: mulaw.length / MULAW_BYTES_PER_MS, measures };
}

function kindOf(bytes: Buffer, measures: Measures): SoundKind {
  const { audibleFrames, frames, levelSpreadDb, voiced, clipped, smoothness } = measures;
  if (audibleFrames <= frames * AUDIBLE_SHARE) return 'silence';
  if (levelSpreadDb < STEADY_DB && voiced > PURE) return 'tone';
  if (isLinear(bytes, smoothness)) return 'pcm16';
  if (isAlaw(bytes, smoothness)) return 'alaw';
  if (voiced < VOICED_SHARE) return 'noise';
  return clipped > CLIPPED_SHARE ? 'clipped' : 'speech';
}

/** A sample has two bytes, and nobody knows with which of them the audio begins. */
function isLinear(bytes: Buffer, smoothness: number): boolean {
  if (smoothness > SMOOTH) return false;
  return [bytes, bytes.subarray(1)].some((from) => {
    const linear = measure(samplesOf(from, PCM), { samplesPerSecond: 24_000 });
    return linear.audibleFrames > 0 && linear.smoothness > SMOOTH_LINEAR;
  });
}

function isAlaw(bytes: Buffer, smoothness: number): boolean {
  const alaw = measure(samplesOf(bytes, PCMA), { samplesPerSecond: 8_000 });
  return (
    alaw.smoothness > SMOOTH &&
    alaw.smoothness > smoothness + ROUGHER &&
    alaw.voiced >= VOICED_SHARE
  );
}
