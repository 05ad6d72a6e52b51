import { AUDIO_DELTA } from './deltas';
import { MEDIA_FRAME } from './media-frame';
import { compareWays } from './stopwatch';

/** Every micro-benchmark; a new one is a file beside these and a place in this list. */
const BENCHMARKS = [MEDIA_FRAME, AUDIO_DELTA];

/** Runs them all, one after the other, and prints lines as they come. */
export function runMicro(print: (line: string) => void): void {
  for (const benchmark of BENCHMARKS) for (const line of compareWays(benchmark)) print(line);
}
