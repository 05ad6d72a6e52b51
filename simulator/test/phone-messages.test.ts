import { readServerMessage } from '../phone/server-messages';
import { TwilioMessages } from '../phone/twilio-messages';

const SID = 'MZ0123456789abcdef0123456789abcdef';

describe('the messages of the phone', () => {
  it('have Twilio’s shapes: numbers of the protocol are strings, from start on', () => {
    const messages = new TwilioMessages({
      accountSid: 'AC1',
      callSid: 'CA1',
      streamSid: SID,
      customParameters: { token: 't' },
    });
    const frame = Buffer.alloc(160, 0xff);
    expect(JSON.parse(messages.connected())).toEqual({
      event: 'connected',
      protocol: 'Call',
      version: '1.0.0',
    });
    expect(JSON.parse(messages.start())).toEqual({
      event: 'start',
      sequenceNumber: '1',
      streamSid: SID,
      start: {
        accountSid: 'AC1',
        streamSid: SID,
        callSid: 'CA1',
        tracks: ['inbound'],
        mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
        customParameters: { token: 't' },
      },
    });
    expect(JSON.parse(messages.media(frame, 20))).toEqual({
      event: 'media',
      sequenceNumber: '2',
      streamSid: SID,
      media: { track: 'inbound', chunk: '1', timestamp: '20', payload: frame.toString('base64') },
    });
    expect(JSON.parse(messages.dtmf('5'))).toEqual({
      event: 'dtmf',
      sequenceNumber: '3',
      streamSid: SID,
      dtmf: { track: 'inbound_track', digit: '5' },
    });
    expect(JSON.parse(messages.mark('m'))).toEqual({
      event: 'mark',
      sequenceNumber: '4',
      streamSid: SID,
      mark: { name: 'm' },
    });
    expect(JSON.parse(messages.media(frame, 40))).toMatchObject({ media: { chunk: '2' } });
    expect(JSON.parse(messages.stop())).toEqual({
      event: 'stop',
      sequenceNumber: '6',
      streamSid: SID,
      stop: { accountSid: 'AC1', callSid: 'CA1' },
    });
  });
});

describe('the phone reads of a server', () => {
  const read = (message: unknown) =>
    readServerMessage(Buffer.from(JSON.stringify(message)), false, SID);

  it('media, mark and clear', () => {
    expect(read({ event: 'media', streamSid: SID, media: { payload: '/38=' } })).toEqual({
      event: 'media',
      mulaw: Buffer.from([0xff, 0x7f]),
    });
    expect(read({ event: 'mark', streamSid: SID, mark: { name: 'a' } })).toEqual({
      event: 'mark',
      name: 'a',
    });
    expect(read({ event: 'clear', streamSid: SID })).toEqual({ event: 'clear' });
  });

  it('no binary frame (31950)', () => {
    expect(readServerMessage(Buffer.from('{}'), true, SID)).toMatchObject({ code: 31950 });
  });

  it.each([
    ['another event', { event: 'connected' }],
    ['no event', {}],
    ['an array', []],
    ['null', null],
    ['another stream', { event: 'clear', streamSid: 'MZother' }],
    ['stream_sid', { event: 'clear', stream_sid: SID }],
    ['an extra field', { event: 'clear', streamSid: SID, sequenceNumber: '1' }],
    [
      'an extra field within',
      { event: 'media', streamSid: SID, media: { payload: '', track: 'x' } },
    ],
    ['no media', { event: 'media', streamSid: SID }],
    ['no payload', { event: 'media', streamSid: SID, media: {} }],
    ['a payload that is not base64', { event: 'media', streamSid: SID, media: { payload: '%' } }],
    ['a mark without name', { event: 'mark', streamSid: SID, mark: {} }],
    ['a bare name', { event: 'mark', streamSid: SID, name: 'm' }],
  ])('not %s (31951)', (_, message) => {
    expect(read(message)).toMatchObject({ event: 'violation', code: 31951 });
  });

  it('nothing that is not JSON (31951)', () => {
    expect(readServerMessage(Buffer.from('hello'), false, SID)).toMatchObject({ code: 31951 });
  });
});
