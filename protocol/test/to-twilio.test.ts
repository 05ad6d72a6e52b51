import fc from 'fast-check';
import { sliceOf } from '../base64';
import { MediaWriter, prepareMedia, writeClear, writeMark } from '../media-streams/to-twilio';

const writer = new MediaWriter();
const writeMedia = (streamSid: string, payload: string): unknown =>
  JSON.parse(Buffer.from(writer.write(prepareMedia(streamSid), sliceOf(payload))).toString());

test('each message has exactly the fields that Twilio takes', () => {
  expect(writeMedia('MZ1', '//8=')).toEqual({
    event: 'media',
    streamSid: 'MZ1',
    media: { payload: '//8=' },
  });
  expect(JSON.parse(writeMark('MZ1', 'a'))).toEqual({
    event: 'mark',
    streamSid: 'MZ1',
    mark: { name: 'a' },
  });
  expect(JSON.parse(writeClear('MZ1'))).toEqual({ event: 'clear', streamSid: 'MZ1' });
});

test('audio of any length is one message, whatever was written before', () => {
  for (const bytes of [3, 30_000, 6, 90_000, 9]) {
    const payload = Buffer.alloc(bytes, bytes).toString('base64');
    expect(writeMedia('MZ1', payload)).toMatchObject({ media: { payload } });
  }
});

test('audio is taken out of the midst of other bytes', () => {
  const bytes = Buffer.from('"delta":"AbC/+w=="}');
  const message = writer.write(prepareMedia('MZ1'), { bytes, from: 9, to: 17 });
  expect(Buffer.from(message).toString()).toContain('"payload":"AbC/+w=="}');
});

test('any stream and any bytes are still one JSON message', () => {
  fc.assert(
    fc.property(fc.string(), fc.uint8Array(), (streamSid, bytes) => {
      const payload = Buffer.from(bytes).toString('base64');
      expect(writeMedia(streamSid, payload)).toEqual({
        event: 'media',
        streamSid,
        media: { payload },
      });
      expect(JSON.parse(writeMark(streamSid, streamSid))).toMatchObject({
        mark: { name: streamSid },
      });
    }),
  );
});
