/** What is measured of some audio; only frames that can be heard count. */
export interface Measures {
  /** 20 ms frames over -40 dB of full scale. */
  readonly audibleFrames: number;
  readonly frames: number;
  /** Mean level of the audible frames, dB of full scale. */
  readonly levelDb: number;
  /** How much their level varies, as a standard deviation in dB: under 1 for a steady tone or noise. */
  readonly levelSpreadDb: number;
  /** Share of neighbouring samples between which the sign changes: about 0.5 for white noise. */
  readonly zeroCrossings: number;
  /** How much a sample is like the one before, -1 to 1: about 0 for white noise. */
  readonly smoothness: number;
  /** Share of the audible frames that repeat with the pitch of a voice, 70 to 400 Hz. */
  readonly voiced: number;
  /** Share of their samples that are at the end of the scale. */
  readonly clipped: number;
}

/** How some samples are laid out in time. */
export interface Rate {
  readonly samplesPerSecond: number;
}

const FRAMES_PER_SECOND = 50;
const AUDIBLE_DB = -40;
const FULL_SCALE = 32_768;
/** The two loudest steps of mu-law. */
const CLIPPED = 31_000;
const [LOWEST_HZ, HIGHEST_HZ] = [70, 400];
const VOICED = 0.6;

interface Frame {
  readonly levelDb: number;
  readonly zeroCrossings: number;
  readonly smoothness: number;
  readonly pitch: number;
  readonly clipped: number;
}

/** Measures 16-bit linear samples, frame by frame. */
export function measure(samples: Int16Array, { samplesPerSecond }: Rate): Measures {
  const length = Math.round(samplesPerSecond / FRAMES_PER_SECOND);
  const frames: Frame[] = [];
  // Each frame is compared with itself a pitch later, so it needs another one behind it.
  for (let at = 0; at + 2 * length <= samples.length; at += length) {
    frames.push(measureFrame(samples.subarray(at, at + 2 * length), length, samplesPerSecond));
  }
  const audible = frames.filter(({ levelDb }) => levelDb > AUDIBLE_DB);
  const levelDb = meanOf(audible.map((frame) => frame.levelDb));
  return {
    audibleFrames: audible.length,
    frames: frames.length,
    levelDb,
    levelSpreadDb: Math.sqrt(meanOf(audible.map((frame) => (frame.levelDb - levelDb) ** 2))),
    zeroCrossings: meanOf(audible.map(({ zeroCrossings }) => zeroCrossings)),
    smoothness: meanOf(audible.map(({ smoothness }) => smoothness)),
    voiced: meanOf(audible.map(({ pitch }) => (pitch > VOICED ? 1 : 0))),
    clipped: meanOf(audible.map(({ clipped }) => clipped)),
  };
}

function measureFrame(samples: Int16Array, length: number, samplesPerSecond: number): Frame {
  const mean = meanOf([...samples]);
  const wave = Float64Array.from(samples, (sample) => sample - mean);
  const energy = correlate(wave, length, 0);
  let crossings = 0;
  let clipped = 0;
  for (let at = 0; at < length; at += 1) {
    if ((wave[at] ?? 0) >= 0 !== (wave[at + 1] ?? 0) >= 0) crossings += 1;
    if (Math.abs(samples[at] ?? 0) >= CLIPPED) clipped += 1;
  }
  const level = energy / length / FULL_SCALE ** 2;
  return {
    levelDb: level > 0 ? 10 * Math.log10(level) : -Infinity,
    zeroCrossings: crossings / length,
    smoothness: energy > 0 ? correlate(wave, length, 1) / energy : 0,
    pitch: energy > 0 ? strongestPitch(wave, length, energy, samplesPerSecond) : 0,
    clipped: clipped / length,
  };
}

/** How alike the frame is to itself one pitch period later, at the period that fits best: 0 to 1. */
function strongestPitch(
  wave: Float64Array,
  length: number,
  energy: number,
  samplesPerSecond: number,
): number {
  const step = Math.max(1, Math.round(samplesPerSecond / 8_000));
  const longest = Math.min(length, Math.floor(samplesPerSecond / LOWEST_HZ));
  let strongest = 0;
  for (let lag = Math.round(samplesPerSecond / HIGHEST_HZ); lag <= longest; lag += step) {
    let later = 0;
    for (let at = 0; at < length; at += 1) later += (wave[at + lag] ?? 0) ** 2;
    const both = Math.sqrt(energy * later);
    if (both > 0) strongest = Math.max(strongest, correlate(wave, length, lag) / both);
  }
  return strongest;
}

function correlate(wave: Float64Array, length: number, lag: number): number {
  let sum = 0;
  for (let at = 0; at < length; at += 1) sum += (wave[at] ?? 0) * (wave[at + lag] ?? 0);
  return sum;
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
