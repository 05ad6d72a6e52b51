import { sliceOf } from '@realtime-phone/protocol/base64';
import { FrameReader } from '../src/model/socket/frame-reader';
import { FrameWriter } from '../src/model/socket/frame-writer';
import { Outbox } from '../src/model/socket/outbox';
import { Parcel } from '../src/model/socket/parcel';
import { openPair } from './stand-in/socket-pair';

const HEAD = Buffer.from('{"type":"input_audio_buffer.append","audio":"');
const TAIL = Buffer.from('"}');
const frame = (at: number) => Buffer.alloc(160, at).toString('base64');
const append = (at: number) => `{"type":"input_audio_buffer.append","audio":"${frame(at)}"}`;

/** Takes the mask off a frame of a client, so that the reader of the other direction can read it. */
function unmask(masked: Buffer): Buffer {
  const length = masked.readUInt8(1) & 0x7f;
  const headBytes = length === 126 ? 4 : length === 127 ? 10 : 2;
  const key = masked.subarray(headBytes, headBytes + 4);
  const payload = masked.subarray(headBytes + 4).map((byte, at) => byte ^ (key[at % 4] ?? 0));
  const head = Buffer.from(masked.subarray(0, headBytes));
  head[1] = length;
  return Buffer.concat([head, payload]);
}

describe('What leaves for a model', () => {
  it('is the same message, whether audio is put into it as bytes or as text', () => {
    const writer = new FrameWriter();
    for (const bytes of [1, 2, 60, 160, 100_000]) {
      const audio = Buffer.alloc(bytes, 0x7e).toString('base64');
      const told: string[] = [];
      const reader = new FrameReader(
        {
          onText: (message) => told.push(message.toString()),
          onPing: () => undefined,
          onPong: () => undefined,
          onClose: () => undefined,
        },
        1_000_000,
      );
      const parcel = new Parcel();
      writer.around(parcel, HEAD, sliceOf(audio), TAIL);
      reader.take(unmask(parcel.frames));
      expect(told).toEqual([`{"type":"input_audio_buffer.append","audio":"${audio}"}`]);
    }
  });

  it('is whole wherever a frame begins in the memory of its parcel', () => {
    const texts = Array.from({ length: 300 }, (_, length) => 'x'.repeat(length));
    const writer = new FrameWriter();
    const parcel = new Parcel();
    let at = 0;
    for (const text of texts) writer.text(parcel, text);
    const { frames } = parcel;
    for (const { length } of texts) {
      const headBytes = length < 126 ? 6 : 8;
      const frame = unmask(frames.subarray(at, at + headBytes + length));
      expect(frame.subarray(headBytes - 4).toString()).toBe('x'.repeat(length));
      at += headBytes + length;
    }
    expect(at).toBe(frames.length);
  });

  it('leaves in one write a turn, in order', async () => {
    const { socket, received, close } = await openPair(new Outbox(() => undefined));
    socket.sendAudio(HEAD, sliceOf(frame(1)), TAIL);
    socket.send('{"type":"response.cancel"}');
    socket.sendAudio(HEAD, sliceOf(frame(2)), TAIL);
    await received.until(3);
    expect(received.messages).toEqual([append(1), '{"type":"response.cancel"}', append(2)]);
    expect(received.pieces).toBe(1);
    await close();
  });

  it('leaves before the end of a turn where many sockets have something', async () => {
    const outbox = new Outbox(() => undefined);
    const { socket, received, close } = await openPair(outbox);
    const others = Array.from({ length: 31 }, () => ({ flush: () => undefined }));
    socket.sendAudio(HEAD, sliceOf(frame(1)), TAIL);
    expect(socket.queuedBytes).toBeGreaterThan(0);
    for (const other of others) outbox.add(other);
    socket.sendAudio(HEAD, sliceOf(frame(2)), TAIL);
    expect(socket.queuedBytes).toBe(0);
    await received.until(2);
    expect(received.messages).toEqual([append(1), append(2)]);
    await close();
  });

  it('is written before a goodbye', async () => {
    const { socket, received, close } = await openPair(new Outbox(() => undefined));
    socket.sendAudio(HEAD, sliceOf(frame(1)), TAIL);
    socket.close(1000);
    await received.until(1);
    expect(received.messages).toEqual([append(1)]);
    await close();
  });
});
