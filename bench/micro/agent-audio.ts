import { FrameReader } from '../../bridge/src/model/socket/frame-reader';
import { sliceOf } from '../../protocol/base64';
import { readFromTwilio } from '../../protocol/media-streams/from-twilio';
import { MarkSlice } from '../../protocol/media-streams/mark-slice';
import { MediaWriter, prepareMedia } from '../../protocol/media-streams/to-twilio';
import { AUDIO_DELTA_FRAME } from './deltas';
import type { MicroBenchmark } from './stopwatch';

/** 250 ms of audio. */
const PAYLOAD = Buffer.alloc(2_000, 0x5a).toString('base64');
const AUDIO = sliceOf(PAYLOAD);
const STREAM_SID = 'MZ0123456789abcdef0123456789abcdef';
const HEAD = prepareMedia(STREAM_SID);
const MARK = Buffer.from(
  `{"event":"mark","sequenceNumber":"12","streamSid":"${STREAM_SID}","mark":{"name":"0:64000"}}`,
);
const writer = new MediaWriter();
const slice = new MarkSlice();

/** From the audio of a delta to Twilio's message. */
export const MEDIA_MESSAGE: MicroBenchmark = {
  what: 'write agent audio for Twilio',
  ways: [
    {
      name: 'JSON.stringify',
      once: () =>
        Buffer.from(
          JSON.stringify({ event: 'media', streamSid: STREAM_SID, media: { payload: PAYLOAD } }),
        ),
    },
    { name: 'MediaWriter', once: () => writer.write(HEAD, AUDIO) },
  ],
};

/** From a mark that came back to its name. */
export const RETURNED_MARK: MicroBenchmark = {
  what: 'read a mark that came back',
  ways: [
    { name: 'readFromTwilio', once: () => readFromTwilio(MARK.toString()) },
    { name: 'MarkSlice', once: () => slice.readName(MARK) },
  ],
};

/** An audio delta in a frame of a server. */
const WHOLE = Buffer.concat([
  Buffer.from([0x81, 126, AUDIO_DELTA_FRAME.length >>> 8, AUDIO_DELTA_FRAME.length & 0xff]),
  AUDIO_DELTA_FRAME,
]);
const [FIRST_HALF, SECOND_HALF] = [WHOLE.subarray(0, 1_400), WHOLE.subarray(1_400)];
let lastMessage: Uint8Array = Buffer.alloc(0);
const reader = new FrameReader(
  {
    onText: (message) => (lastMessage = message),
    onPing: () => undefined,
    onPong: () => undefined,
    onClose: () => undefined,
  },
  65_536,
);

/** From what came over the model's socket to a message. */
export const MODEL_FRAME: MicroBenchmark = {
  what: 'read a WebSocket frame of the model',
  ways: [
    {
      name: 'in one piece',
      once: () => {
        reader.take(WHOLE);
        return lastMessage;
      },
    },
    {
      name: 'in two',
      once: () => {
        reader.take(FIRST_HALF);
        reader.take(SECOND_HALF);
        return lastMessage;
      },
    },
  ],
};
