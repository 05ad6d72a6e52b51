import fc from 'fast-check';
import { readFromTwilio } from '../media-streams/from-twilio';
import { MediaSlice } from '../media-streams/media-slice';

const frameOf = (payload: string, streamSid = 'MZ0123', digits = '4') =>
  `{"event":"media","sequenceNumber":"${digits}","media":{"track":"inbound","chunk":"2","timestamp":"${digits}","payload":"${payload}"},"streamSid":"${streamSid}"}`;

const media = new MediaSlice();
const atMs = () => media.timestampMs;

/** What the slice makes of a frame, or undefined where it leaves it to the other. */
function slice(text: string): string | undefined {
  const frame = Buffer.from(text);
  const isRead = media.readAsSent(frame) || media.readInAnyOrder(frame);
  return isRead ? frame.toString('latin1', media.from, media.to) : undefined;
}

describe('A media frame that is read without JSON', () => {
  it('gives the payload of the form in which Twilio sends it', () => {
    for (const bytes of [1, 2, 3, 160, 320]) {
      const payload = Buffer.alloc(bytes, 0xd5).toString('base64');
      expect(slice(frameOf(payload))).toBe(payload);
    }
  });

  it.each([
    [
      'the streamSid before the media',
      '{"event":"media","sequenceNumber":"3","streamSid":"MZ1","media":{"track":"inbound","chunk":"1","timestamp":"25","payload":"abcd"}}',
    ],
    [
      'blanks behind colons and commas',
      '{"event": "media", "sequenceNumber": "3", "media": {"track": "inbound", "chunk": "1", "timestamp": "25", "payload": "abcd"}, "streamSid": "MZ1"}',
    ],
    [
      'blanks everywhere',
      '\r\n{\n\t"event" : "media" ,\n\t"media" : { "payload" : "abcd" , "timestamp" : "25" }\n}\n',
    ],
    [
      'numbers for texts',
      '{"event":"media","sequenceNumber":3,"media":{"chunk":1,"timestamp":25,"payload":"abcd"}}',
    ],
    [
      'further fields',
      '{"callSid":"CA1","media":{"payload":"abcd","timestamp":"25","tracks":"x","pay":1},"event":"media","eventually":"x","med":0}',
    ],
  ])('gives the payload where there are %s', (_what, text) => {
    expect(slice(text)).toBe('abcd');
    expect(media.timestampMs).toBe(25);
    expect(readFromTwilio(text)).toMatchObject({ payload: 'abcd', timestampMs: 25 });
  });

  it.each([
    ['an empty payload', frameOf('')],
    ['no base64', frameOf('abc*')],
    ['base64 of a wrong length', frameOf('abcde')],
    ['padding in the middle', frameOf('ab==abcd')],
    ['too much padding', frameOf('a===')],
    ['an escape in the streamSid', frameOf('abcd', 'M\\u005a')],
    ['a quote in the streamSid', frameOf('abcd', 'M"')],
    ['a streamSid beyond ASCII', frameOf('abcd', 'é')],
    ['an object beside it', frameOf('abcd').replace(/}$/, ',"x":{}}')],
    ['an escape in a key', frameOf('abcd').replace('event', 'ev\\u0065nt')],
    ['another event', frameOf('abcd').replace('"media"', '"mark"')],
    ['another track', frameOf('abcd').replace('inbound', 'outbound')],
    ['two payloads', frameOf('abcd').replace('"payload"', '"payload":"dcba","payload"')],
    ['two media', frameOf('abcd').replace(/}$/, ',"media":{"timestamp":"9","payload":"dcba"}}')],
    ['no payload', frameOf('abcd').replace('payload', 'paylaod')],
    ['no timestamp', frameOf('abcd').replace('timestamp', 'time')],
    [
      'a timestamp that is a fraction',
      frameOf('abcd').replace('"timestamp":"4"', '"timestamp":4.5'),
    ],
    [
      'a timestamp with a leading zero',
      frameOf('abcd').replace('"timestamp":"4"', '"timestamp":04'),
    ],
    ['something behind it', `${frameOf('abcd')}x`],
    ['no end', frameOf('abcd').slice(0, -1)],
    ['no number', frameOf('abcd', 'MZ', '')],
    ['a number too long to be exact', frameOf('abcd', 'MZ', '1234567890123456')],
  ])('is left to the other reading for %s', (_what, text) => {
    expect(slice(text)).toBeUndefined();
  });

  it('agrees with the other reading on whatever frames there are', () => {
    const character = fc.constantFrom(...Array.from('AZaz09+/="\\{}:, \u0000é*'));
    const payload = fc.oneof(
      fc.base64String({ maxLength: 300 }),
      fc.string({ unit: character, maxLength: 12 }),
    );
    const sid = fc.oneof(fc.constant('MZ1'), fc.string({ unit: character, maxLength: 8 }));
    const digits = fc.oneof(
      { weight: 3, arbitrary: fc.nat().map(String) },
      { weight: 1, arbitrary: fc.string({ unit: character, maxLength: 3 }) },
    );
    const mangle = fc.oneof(
      { weight: 2, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.tuple(fc.nat({ max: 200 }), character) },
    );
    // Now and then a field stands twice, and JSON knows which of the two counts.
    const places = (fields: readonly string[], repeated: readonly string[]) =>
      fc
        .tuple(
          fc.shuffledSubarray([...fields], { minLength: fields.length - 1 }),
          fc.constantFrom(...repeated, '', '', '', '', ''),
        )
        .map(([some, again]) => (again === '' ? some : [...some, again]));
    const order = places(['event', 'sequenceNumber', 'media', 'streamSid'], ['event=', 'media=']);
    const inner = places(
      ['track', 'chunk', 'timestamp', 'payload'],
      ['timestamp=', 'payload=', 'x'],
    );
    const blank = fc.constantFrom('', '', ' ', '\n');
    const object = (names: readonly string[], values: Record<string, string>, gap: string) =>
      `{${gap}${names
        .map((name) => `"${name.replace('=', '')}"${gap}:${gap}${values[name] ?? '1'}`)
        .join(`${gap},${gap}`)}}`;
    const readFast = { asSent: 0, inAnyOrder: 0 };
    fc.assert(
      fc.property(
        fc.record({ payload, sid, digits, mangle, order, inner, blank }),
        fc.boolean(),
        (frame, isAsSent) => {
          const { blank: gap, digits: number } = frame;
          const media = {
            ...{ track: '"inbound"', chunk: `"${number}"`, payload: `"${frame.payload}"` },
            ...{ timestamp: `"${number}"`, 'timestamp=': '"77"', 'payload=': '"dcba"' },
          };
          const values = {
            event: '"media"',
            'event=': '"mark"',
            sequenceNumber: number,
            media: object(frame.inner, media, gap),
            'media=': '{"timestamp":"78","payload":"cdba"}',
            streamSid: `"${frame.sid}"`,
          };
          let text = isAsSent
            ? frameOf(frame.payload, frame.sid, number)
            : object(frame.order, values, gap);
          if (frame.mangle !== null) {
            const [at, change] = frame.mangle;
            text = text.slice(0, at) + change + text.slice(at + 1);
          }
          const fast = slice(text);
          if (fast === undefined) return;
          readFast[isAsSent ? 'asSent' : 'inAnyOrder'] += 1;
          expect(readFromTwilio(text)).toMatchObject({
            event: 'media',
            track: 'inbound',
            payload: fast,
            timestampMs: atMs(),
          });
        },
      ),
      { numRuns: 5_000 },
    );
    expect(readFast.asSent).toBeGreaterThan(100);
    expect(readFast.inAnyOrder).toBeGreaterThan(100);
  });
});
