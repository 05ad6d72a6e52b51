import { readDelta } from '../../protocol/realtime/deltas';
import { readServerEvent } from '../../protocol/realtime/server-events';
import type { MicroBenchmark } from './stopwatch';

/** 250 ms of audio, as the Realtime API sends it. */
export const AUDIO_DELTA_FRAME = Buffer.from(
  `{"type":"response.output_audio.delta","event_id":"event_0123456789","response_id":"resp_0123456789","item_id":"item_0123456789","output_index":0,"content_index":0,"delta":"${Buffer.alloc(2_000, 0x5a).toString('base64')}"}`,
);

/** From the bytes of an audio delta to its audio and where it belongs. */
export const AUDIO_DELTA: MicroBenchmark = {
  what: 'read an audio delta',
  ways: [
    { name: 'readServerEvent', once: () => readServerEvent(AUDIO_DELTA_FRAME.toString()) },
    { name: 'readDelta', once: () => readDelta(AUDIO_DELTA_FRAME) },
  ],
};
