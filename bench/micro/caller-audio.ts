import { AudioLog, NOWHERE } from '../../bridge/src/call/audio-log';
import { FrameWriter } from '../../bridge/src/model/socket/frame-writer';
import { Parcel } from '../../bridge/src/model/socket/parcel';
import { sliceOf } from '../../protocol/base64';
import type { MicroBenchmark } from './stopwatch';

const PAYLOAD = Buffer.alloc(160, 0x5a).toString('base64');
const AUDIO = sliceOf(PAYLOAD);
const HEAD = Buffer.from('{"type":"input_audio_buffer.append","audio":"');
const TAIL = Buffer.from('"}');
const SECOND = 50;

const writer = new FrameWriter();
const parcel = new Parcel();
const log = new AudioLog();
const caller = log.addCaller();
let place = NOWHERE;
const lastSecond: Uint8Array[] = [];

const append = () => JSON.stringify({ type: 'input_audio_buffer.append', audio: PAYLOAD });

/** From the audio of a caller's frame to the masked WebSocket frame for the model. */
export const APPEND_FRAME: MicroBenchmark = {
  what: 'write caller audio for the model',
  ways: [
    {
      name: 'JSON.stringify',
      once: () => {
        parcel.length = 0;
        writer.text(parcel, append());
        return parcel.length;
      },
    },
    {
      name: 'FrameWriter.around',
      once: () => {
        parcel.length = 0;
        writer.around(parcel, HEAD, AUDIO, TAIL);
        return parcel.length;
      },
    },
  ],
};

/** What keeps the last second of a caller, for a session that may have to be replaced. */
export const LAST_SECOND: MicroBenchmark = {
  what: 'keep a frame of the last second',
  ways: [
    {
      name: 'a copy in a list',
      once: () => {
        lastSecond.push(AUDIO.bytes.slice(AUDIO.from, AUDIO.to));
        if (lastSecond.length > SECOND) lastSecond.shift();
        return lastSecond;
      },
    },
    { name: 'AudioLog', once: () => (place = log.append(caller, place, AUDIO)) },
  ],
};
