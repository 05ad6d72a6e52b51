import fc from 'fast-check';
import { decodeSlice } from '../base64';
import { readDelta } from '../realtime/deltas';
import { readServerEvent } from '../realtime/server-events';

type Event = ReturnType<typeof readServerEvent>;

/** An event with the text of its audio, wherever that stands. */
const withText = (event: Event) =>
  event.type === 'response.output_audio.delta'
    ? { ...event, delta: decodeSlice(event.delta).toString('base64') }
    : event;
const read = (text: string) => {
  const event = readDelta(Buffer.from(text));
  return event === undefined ? undefined : withText(event);
};

/** As the API's reference writes it, as the API sends it, and as others may write it who stand in for it. */
const FORMS = [
  '{"event_id":"event_1","type":"response.output_audio.delta","response_id":"resp_1","item_id":"item_1","output_index":0,"content_index":0,"delta":"AbC/+w=="}',
  '{"type":"response.output_audio.delta","event_id":"event_1","response_id":"resp_1","item_id":"item_1","output_index":0,"content_index":0,"delta":"AbC/+w=="}',
  '{"type": "response.output_audio.delta", "item_id": "item_1", "content_index": 0, "response_id": "resp_1", "delta": "AbC/+w=="}',
  ' {\n\t"delta" : "AbC/+w==",\r\n\t"type" : "response.output_audio.delta", "content_index" : 12 , "item_id":"item_1","response_id":"resp_1" }\n',
];

describe('A delta that is read without JSON', () => {
  it.each(FORMS)('is read as with it: %s', (text) => {
    expect(read(text)).toEqual(withText(readServerEvent(text)));
    expect(read(text)).toMatchObject({ itemId: 'item_1', delta: 'AbC/+w==' });
  });

  it('is read as words where it is one of the transcript', () => {
    for (const words of [' words', 'abcd', '', 'a "b" c', 'né']) {
      const text = JSON.stringify({
        ...{ type: 'response.output_audio_transcript.delta', event_id: 'event_1' },
        ...{ response_id: 'resp_1', item_id: 'item_1', content_index: 2, delta: words },
      });
      const isPlain = !/["é]/.test(words);
      expect(read(text)).toEqual(isPlain ? readServerEvent(text) : undefined);
    }
  });

  const [form = ''] = FORMS;
  it.each([
    ['a blank that JSON has not', form.replace(',', ',\u000b')],
    ['a blank in a number', form.replace('"content_index":0', '"content_index":1 2')],
    ['an escape', form.replace('item_1', 'item\\u005f1')],
    ['more than ASCII', form.replace('item_1', 'itém')],
    ['an object in it', form.replace('"event_1"', '{"x":1}')],
    ['a fraction', form.replace('"content_index":0', '"content_index":0.5')],
    ['a number with a leading zero', form.replace('"content_index":0', '"content_index":00')],
    ['a number for its item', form.replace('"item_1"', '1')],
    ['a text for its content index', form.replace('"content_index":0', '"content_index":"0"')],
    ['audio that is no base64', form.replace('AbC/+w==', 'AbC/+w=')],
    ['another type', form.replace('output_audio.', 'output_text.')],
    ['no type', form.replace('"type"', '"typo"')],
    ['no end', form.slice(0, -1)],
    ['no beginning', form.slice(1)],
    ['something behind it', `${form} x`],
    ['a comma behind the last field', form.replace('"}', '",}')],
    ['nothing', ''],
  ])('is left to the other reading for %s', (_what, text) => {
    expect(read(text)).toBeUndefined();
  });

  it('agrees with the other reading on whatever there is', () => {
    const character = fc.constantFrom(...Array.from('aZ09+/="\\{}:,. \u0000é-'));
    const text = fc.string({ unit: character, maxLength: 6 });
    const key = fc.oneof(
      fc.constantFrom(
        ...['type', 'delta', 'response_id', 'item_id', 'content_index', 'event_id', 'extra'],
      ),
      text,
    );
    const type = fc.constantFrom(
      'response.output_audio.delta',
      'response.output_audio_transcript.delta',
    );
    const value = fc.oneof(
      type,
      fc.base64String({ maxLength: 40 }),
      text,
      fc.nat(),
      fc.constantFrom(-1, 1.5, 1e20, true, null),
    );
    const fields = fc.array(fc.tuple(key, value), { maxLength: 5 });
    const mangle = fc.oneof(fc.constant(null), fc.tuple(fc.nat({ max: 200 }), character));
    const blank = fc.constantFrom('', '', ' ', '\n', '\t ');
    let readFast = 0;
    let wordsRead = 0;
    fc.assert(
      fc.property(fields, fc.option(type), mangle, blank, (pairs, is, change, gap) => {
        const all = is === null ? [...pairs] : [['type', is] as const, ...pairs];
        const written = all.map(([name, is]) => [JSON.stringify(name), JSON.stringify(is)]);
        let frame = `{${written.map((pair) => pair.join(`${gap}:${gap}`)).join(`${gap},${gap}`)}}`;
        if (change !== null)
          frame = frame.slice(0, change[0]) + change[1] + frame.slice(change[0] + 1);
        const fast = read(frame);
        if (fast === undefined) return;
        if (fast.type === 'response.output_audio.delta') readFast += 1;
        else wordsRead += 1;
        expect(withText(readServerEvent(frame))).toEqual(fast);
      }),
      { numRuns: 3_000 },
    );
    expect(readFast).toBeGreaterThan(20);
    expect(wordsRead).toBeGreaterThan(20);
  });
});
