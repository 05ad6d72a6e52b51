import { MEDIA_MESSAGE, MODEL_FRAME, RETURNED_MARK } from './agent-audio';
import { APPEND_FRAME, LAST_SECOND } from './caller-audio';
import { AUDIO_DELTA } from './deltas';
import { MEDIA_FRAME } from './media-frame';
import { LATENESS } from './metrics';
import { compareWays } from './stopwatch';

/** Every micro-benchmark; a new one is a file beside these and a place in this list. */
const BENCHMARKS = [
  ...[MEDIA_FRAME, APPEND_FRAME, LAST_SECOND, LATENESS],
  ...[MODEL_FRAME, AUDIO_DELTA, MEDIA_MESSAGE, RETURNED_MARK],
];

/** Runs them all, one after the other, and prints lines as they come. */
export function runMicro(print: (line: string) => void): void {
  for (const benchmark of BENCHMARKS) for (const line of compareWays(benchmark)) print(line);
}
