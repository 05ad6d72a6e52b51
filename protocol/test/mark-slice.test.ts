import fc from 'fast-check';
import { readFromTwilio } from '../media-streams/from-twilio';
import { readMarkName } from '../media-streams/mark-slice';

const markOf = (name: string, streamSid = 'MZ0123', digits = '4') =>
  `{"event":"mark","sequenceNumber":"${digits}","streamSid":"${streamSid}","mark":{"name":"${name}"}}`;
const read = (text: string) => readMarkName(Buffer.from(text));

describe('A mark that is read without JSON', () => {
  it('gives the name of the form in which Twilio sends it', () => {
    expect(read(markOf('0:3200'))).toBe('0:3200');
    expect(read(markOf('my label'))).toBe('my label');
  });

  it.each([
    ['an empty name', markOf('')],
    ['an escape in the name', markOf('a\\n')],
    ['a name beyond ASCII', markOf('é')],
    ['a blank', markOf('a').replace(':', ': ')],
    ['another order', '{"event":"mark","mark":{"name":"a"},"streamSid":"MZ1"}'],
    ['a further field', markOf('a').replace('"}}', '","x":1}}')],
    ['something behind it', `${markOf('a')} `],
    ['no end', markOf('a').slice(0, -1)],
    ['another event', markOf('a').replace('mark', 'dtmf')],
  ])('is left to the other reading for %s', (_what, text) => {
    expect(read(text)).toBeUndefined();
  });

  it('agrees with the other reading on whatever marks there are', () => {
    const character = fc.constantFrom(...Array.from('AZaz09:_ "\\{},\u0000é'));
    const text = fc.string({ unit: character, maxLength: 8 });
    const digits = fc.oneof(fc.nat().map(String), text);
    const mangle = fc.option(fc.tuple(fc.nat({ max: 120 }), character));
    let readFast = 0;
    fc.assert(
      fc.property(text, text, digits, mangle, (name, streamSid, number, change) => {
        let frame = markOf(name, streamSid, number);
        if (change !== null)
          frame = frame.slice(0, change[0]) + change[1] + frame.slice(change[0] + 1);
        const fast = read(frame);
        if (fast === undefined) return;
        readFast += 1;
        expect(readFromTwilio(frame)).toEqual({ event: 'mark', name: fast });
      }),
      { numRuns: 3_000 },
    );
    expect(readFast).toBeGreaterThan(20);
  });
});
