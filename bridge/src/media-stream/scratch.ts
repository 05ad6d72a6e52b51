import { MarkSlice } from '@realtime-phone/protocol/media-streams/mark-slice';
import { MediaSlice } from '@realtime-phone/protocol/media-streams/media-slice';
import { MediaWriter } from '@realtime-phone/protocol/media-streams/to-twilio';
import { CallerFrame } from './caller-frame';

/**
 * What the streams of a bridge read and write their messages with. They share it, so that it is in the
 * processor's cache for each of them; what it holds is good for one message.
 */
export class Scratch {
  readonly media = new MediaSlice();
  readonly mark = new MarkSlice();
  readonly frame = new CallerFrame();
  readonly writer = new MediaWriter();
}
