import { readFromTwilio } from '../../protocol/media-streams/from-twilio';
import { MediaSlice } from '../../protocol/media-streams/media-slice';
import type { MicroBenchmark } from './stopwatch';

const PAYLOAD = Buffer.alloc(160, 0x5a).toString('base64');

/** A media message as Twilio sends it: https://www.twilio.com/docs/voice/media-streams/websocket-messages */
const FRAMES = Array.from({ length: 64 }, (_, at) =>
  Buffer.from(
    `{"event":"media","sequenceNumber":"${at + 4}","media":{"track":"inbound","chunk":"${at + 2}","timestamp":"${5 + at * 20}","payload":"${PAYLOAD}"},"streamSid":"MZ0123456789abcdef0123456789abcdef"}`,
  ),
);

/** In another order and with blanks, as stand-ins for Twilio may send it. */
const OTHERS = FRAMES.map((frame) => {
  const { media, streamSid, ...head } = JSON.parse(frame.toString()) as Record<string, unknown>;
  return Buffer.from(JSON.stringify({ ...head, streamSid, media }).replace(/[:,]/g, '$& '));
});

const NOTHING = Buffer.alloc(0);
const bytesAt = (turn: number) => FRAMES[turn % FRAMES.length] ?? NOTHING;
const frameAt = (turn: number) => bytesAt(turn).toString();
const slice = new MediaSlice();

/** From the bytes of a frame to its payload. */
export const MEDIA_FRAME: MicroBenchmark = {
  what: 'read a media frame',
  ways: [
    {
      name: 'JSON.parse',
      once: (turn) => (JSON.parse(frameAt(turn)) as { media: { payload: string } }).media.payload, // as above
    },
    { name: 'readFromTwilio', once: (turn) => readFromTwilio(frameAt(turn)) },
    { name: 'MediaSlice', once: (turn) => slice.readAsSent(bytesAt(turn)) && slice.to },
    {
      name: 'MediaSlice, another order',
      once: (turn) => slice.readInAnyOrder(OTHERS[turn % OTHERS.length] ?? NOTHING) && slice.to,
    },
  ],
};
