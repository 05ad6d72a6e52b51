import fc from 'fast-check';
import { prepareMedia, writeClear, writeMark } from '../media-streams/to-twilio';

test('each message has exactly the fields that Twilio takes', () => {
  expect(JSON.parse(prepareMedia('MZ1')('//8='))).toEqual({
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

test('any stream and any bytes are still one JSON message', () => {
  fc.assert(
    fc.property(fc.string(), fc.uint8Array(), (streamSid, bytes) => {
      const payload = Buffer.from(bytes).toString('base64');
      expect(JSON.parse(prepareMedia(streamSid)(payload))).toEqual({
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
