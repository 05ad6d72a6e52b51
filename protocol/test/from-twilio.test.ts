import fc from 'fast-check';
import { CodedError } from '../errors';
import { readFromTwilio } from '../media-streams/from-twilio';

const START = {
  event: 'start',
  sequenceNumber: '1',
  streamSid: 'MZ1',
  start: {
    accountSid: 'AC1',
    streamSid: 'MZ1',
    callSid: 'CA1',
    tracks: ['inbound'],
    mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
    customParameters: { token: 't', count: 3 },
  },
};

const read = (message: unknown) => readFromTwilio(JSON.stringify(message));
const refused = (message: unknown) => {
  try {
    return read(message);
  } catch (error) {
    return error instanceof CodedError ? error.code : error;
  }
};

test('connected, whatever its version', () => {
  expect(read({ event: 'connected', protocol: 'Call', version: '1.0.0' })).toEqual({
    event: 'connected',
  });
  expect(read({ event: 'connected' })).toEqual({ event: 'connected' });
});

test('start, with its parameters as text', () => {
  expect(read(START)).toEqual({
    event: 'start',
    streamSid: 'MZ1',
    callSid: 'CA1',
    mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
    customParameters: { token: 't', count: '3' },
  });
});

test('start without parameters, and with numbers as text', () => {
  const start = { ...START.start, customParameters: undefined };
  const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: '8000', channels: '1' };
  expect(read({ ...START, start: { ...start, mediaFormat } })).toMatchObject({
    mediaFormat: { sampleRate: 8000, channels: 1 },
    customParameters: {},
  });
  expect(read({ ...START, start: { ...start, customParameters: null } })).toMatchObject({
    customParameters: {},
  });
});

test.each(['5', 5])('media, with the timestamp %p', (timestamp) => {
  expect(
    read({ event: 'media', media: { track: 'inbound', chunk: '1', timestamp, payload: '//8=' } }),
  ).toEqual({ event: 'media', track: 'inbound', timestampMs: 5, payload: '//8=' });
});

test('media may be empty, and lack a timestamp', () => {
  expect(read({ event: 'media', media: { payload: '' } })).toEqual({
    event: 'media',
    track: 'inbound',
    timestampMs: undefined,
    payload: '',
  });
});

test('dtmf, mark and stop', () => {
  expect(read({ event: 'dtmf', dtmf: { track: 'inbound_track', digit: '#' } })).toEqual({
    event: 'dtmf',
    digit: '#',
  });
  expect(read({ event: 'dtmf', dtmf: { digit: 1 } })).toEqual({ event: 'dtmf', digit: '1' });
  expect(read({ event: 'mark', mark: { name: 'a' } })).toEqual({ event: 'mark', name: 'a' });
  expect(read({ event: 'stop', stop: { callSid: 'CA1' } })).toEqual({ event: 'stop' });
});

test('an event of tomorrow comes back as other', () => {
  expect(read({ event: 'weather', weather: {} })).toEqual({ event: 'other', name: 'weather' });
});

test.each([
  ['frame_malformed', null],
  ['frame_malformed', []],
  ['frame_malformed', 'start'],
  ['frame_malformed', {}],
  ['frame_malformed', { event: 'start' }],
  ['frame_malformed', { event: 'start', start: { callSid: 'CA1' } }],
  ['frame_malformed', { ...START, start: { ...START.start, callSid: '' } }],
  ['frame_malformed', { event: 'media' }],
  ['frame_malformed', { event: 'media', media: {} }],
  ['frame_malformed', { event: 'mark', mark: 'a' }],
  ['frame_malformed', { event: 'dtmf', dtmf: {} }],
  ['media_not_base64', { event: 'media', media: { payload: 'a' } }],
  ['media_not_base64', { event: 'media', media: { payload: '<>==' } }],
  ['media_not_base64', { event: 'media', media: { payload: 'ab=c' } }],
])('%s: %j', (code, message) => {
  expect(refused(message)).toBe(code);
});

test('what is not JSON is called that', () => {
  expect(() => readFromTwilio('{')).toThrow('not JSON');
});

test('any bytes as base64 are read back', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const payload = Buffer.from(bytes).toString('base64');
      expect(read({ event: 'media', media: { payload } })).toMatchObject({ payload });
    }),
  );
});

test('nothing that can be sent breaks it: it reads or gives a code', () => {
  const message = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({
        event: fc.constantFrom('start', 'media', 'mark', 'dtmf', 'stop', 'connected'),
        start: fc.jsonValue(),
        media: fc.jsonValue(),
        mark: fc.jsonValue(),
        dtmf: fc.jsonValue(),
      })
      .map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(message, (text) => {
      try {
        expect(typeof readFromTwilio(text).event).toBe('string');
      } catch (error) {
        expect(error).toBeInstanceOf(CodedError);
      }
    }),
  );
});
