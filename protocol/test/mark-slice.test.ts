import fc from 'fast-check';
import { readFromTwilio } from '../media-streams/from-twilio';
import { MarkSlice } from '../media-streams/mark-slice';

const markOf = (name: string, streamSid = 'MZ0123', digits = '4') =>
  `{"event":"mark","sequenceNumber":"${digits}","streamSid":"${streamSid}","mark":{"name":"${name}"}}`;
const slice = new MarkSlice();
const read = (text: string) => slice.readName(Buffer.from(text));

describe('A mark that is read without JSON', () => {
  it('gives the name of the form in which Twilio sends it', () => {
    expect(read(markOf('0:3200'))).toBe('0:3200');
    expect(read(markOf('my label'))).toBe('my label');
  });

  it.each([
    ['another order', '{"mark":{"name":"a"},"streamSid":"MZ1","event":"mark"}'],
    ['blanks', '{"event": "mark", "streamSid": "MZ1", "mark": {"name": "a"}}\n'],
    ['a number for a text', '{"event":"mark","sequenceNumber":4,"mark":{"name":"a"}}'],
    ['a further field', markOf('a').replace('"}}', '","x":1}}')],
  ])('gives the name where there is %s', (_what, text) => {
    expect(read(text)).toBe('a');
    expect(readFromTwilio(text)).toEqual({ event: 'mark', name: 'a' });
  });

  it.each([
    ['an empty name', markOf('')],
    ['an escape in the name', markOf('a\\n')],
    ['a name beyond ASCII', markOf('é')],
    ['an object beside it', markOf('a').replace('"}}', '","x":{}}}')],
    ['two names', markOf('a').replace('"}}', '","name":"b"}}')],
    ['two marks', markOf('a').replace('}}', '},"mark":{"name":"b"}}')],
    ['no name', markOf('a').replace('name', 'nome')],
    ['something behind it', `${markOf('a')}x`],
    ['no end', markOf('a').slice(0, -1)],
    ['another event', markOf('a').replace('mark', 'dtmf')],
  ])('is left to the other reading for %s', (_what, text) => {
    expect(read(text)).toBeUndefined();
  });

  it('agrees with the other reading on whatever marks there are', () => {
    const character = fc.constantFrom(...Array.from('AZaz09:_ "\\{},\u0000é'));
    const text = fc.string({ unit: character, maxLength: 8 });
    const digits = fc.oneof(
      { weight: 3, arbitrary: fc.nat().map(String) },
      { weight: 1, arbitrary: text },
    );
    const sid = fc.oneof(fc.constant('MZ1'), text);
    const mangle = fc.oneof(
      { weight: 2, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.tuple(fc.nat({ max: 120 }), character) },
    );
    const order = fc.shuffledSubarray(['event', 'sequenceNumber', 'streamSid', 'mark', 'mark='], {
      minLength: 2,
    });
    const blank = fc.constantFrom('', '', ' ', '\n');
    let readFast = 0;
    fc.assert(
      fc.property(
        text,
        sid,
        digits,
        order,
        blank,
        mangle,
        (name, streamSid, number, keys, gap, change) => {
          const values: Record<string, string> = {
            event: '"mark"',
            sequenceNumber: number === '' ? '""' : number,
            streamSid: `"${streamSid}"`,
            mark: `{${gap}"name":${gap}"${name}"${gap}}`,
            'mark=': '{"name":"another"}',
          };
          let frame = `{${keys.map((key) => `"${key.replace('=', '')}"${gap}:${values[key] ?? ''}`).join(`${gap},`)}}`;
          if (change !== null)
            frame = frame.slice(0, change[0]) + change[1] + frame.slice(change[0] + 1);
          const fast = read(frame);
          if (fast === undefined) return;
          readFast += 1;
          expect(readFromTwilio(frame)).toEqual({ event: 'mark', name: fast });
        },
      ),
      { numRuns: 3_000 },
    );
    expect(readFast).toBeGreaterThan(20);
  });
});
