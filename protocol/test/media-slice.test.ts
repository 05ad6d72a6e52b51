import fc from 'fast-check';
import { readFromTwilio } from '../media-streams/from-twilio';
import { MediaSlice } from '../media-streams/media-slice';

const frameOf = (payload: string, streamSid = 'MZ0123', digits = '4') =>
  `{"event":"media","sequenceNumber":"${digits}","media":{"track":"inbound","chunk":"2","timestamp":"${digits}","payload":"${payload}"},"streamSid":"${streamSid}"}`;

const media = new MediaSlice();

/** What the slice makes of a frame, or undefined where it leaves it to the other. */
function slice(text: string): string | undefined {
  const frame = Buffer.from(text);
  return media.read(frame) ? frame.toString('latin1', media.from, media.to) : undefined;
}

describe('A media frame that is read without JSON', () => {
  it('gives the payload of the form in which Twilio sends it', () => {
    for (const bytes of [1, 2, 3, 160, 320]) {
      const payload = Buffer.alloc(bytes, 0xd5).toString('base64');
      expect(slice(frameOf(payload))).toBe(payload);
    }
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
    ['a blank', frameOf('abcd').replace(':', ': ')],
    ['a further field', frameOf('abcd').replace('}}', ',"x":1}}').replace('"}', '","x":1}')],
    ['another track', frameOf('abcd').replace('inbound', 'outbound')],
    ['something behind it', `${frameOf('abcd')} `],
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
    const sid = fc.string({ unit: character, maxLength: 8 });
    const digits = fc.oneof(fc.nat().map(String), fc.string({ unit: character, maxLength: 3 }));
    const mangle = fc.option(fc.tuple(fc.nat({ max: 200 }), character));
    fc.assert(
      fc.property(payload, sid, digits, mangle, (audio, streamSid, number, change) => {
        let text = frameOf(audio, streamSid, number);
        if (change !== null)
          text = text.slice(0, change[0]) + change[1] + text.slice(change[0] + 1);
        const fast = slice(text);
        if (fast === undefined) return;
        expect(readFromTwilio(text)).toMatchObject({
          event: 'media',
          track: 'inbound',
          payload: fast,
          timestampMs: media.timestampMs,
        });
      }),
      { numRuns: 3_000 },
    );
  });
});
