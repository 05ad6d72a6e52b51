import { clip } from '../clips/clips';
import { startModel } from '../model/model-server';
import { linesOf, readScript } from '../model/script';
import { ScriptReader } from '../model/script-reader';
import { RECEPTIONIST, SCRIPTS } from '../model/shipped-scripts';

const a = { text: 'A.' };
const b = { text: 'B.' };

const heard = (text = '') => ({ kind: 'heard', text }) as const;
const output = (text: string) => ({ kind: 'output', text }) as const;

/** What a script says to that many turns. */
function replies(reader: ScriptReader, turns: number): unknown[] {
  return Array.from({ length: turns }, () => {
    reader.noteInput(heard());
    return reader.next();
  });
}

test('the last reply is said again, or all of them from the first', () => {
  expect(replies(new ScriptReader({ replies: [a, b] }), 4)).toEqual([a, b, b, b]);
  expect(replies(new ScriptReader({ replies: [a, b], repeat: 'all' }), 4)).toEqual([a, b, a, b]);
});

test('before anything was heard comes the greeting, or the first reply where there is none', () => {
  expect(new ScriptReader({ greeting: b, replies: [a] }).next()).toBe(b);
  expect(new ScriptReader({ replies: [a, b] }).next()).toBe(a);
});

test('with nothing new to answer the same reply is said again', () => {
  const reader = new ScriptReader({ replies: [a, b] });
  reader.noteInput(heard());
  expect([reader.next(), reader.next()]).toEqual([a, a]);
});

test('turns in a row with no answer between them are answered by one reply', () => {
  const reader = new ScriptReader({ replies: [a, b] });
  reader.noteInput(heard());
  reader.noteInput(heard());
  expect(reader.next()).toBe(a);
});

test('an answer that a client writes in the model’s name counts as one reply', () => {
  const reader = new ScriptReader({ greeting: b, replies: [a, b] });
  reader.noteAnswer(); // the greeting
  reader.noteInput(heard());
  reader.noteAnswer();
  reader.noteInput(heard());
  expect(reader.next()).toBe(b);
});

test('what the caller is heard to say comes turn by turn', () => {
  const reader = new ScriptReader({ replies: [a], heard: ['one', 'two'] });
  expect([reader.nextHeard(), reader.nextHeard(), reader.nextHeard()]).toEqual([
    'one',
    'two',
    'two',
  ]);
  expect(new ScriptReader({ replies: [a] }).nextHeard()).toBe('(speech)');
});

test('what a function gave, what was heard or what is asked for can choose the reply', () => {
  const [one, two, three] = [{ text: '1' }, { text: '2' }, { text: '3' }];
  const reader = new ScriptReader({
    replies: [a, b],
    cases: [
      { when: { output_contains: 'full' }, say: one },
      { when: { heard_contains: 'full' }, say: two },
      { when: { told_contains: 'still there' }, say: three },
    ],
  });
  const answer = (...inputs: readonly { kind: 'heard' | 'output'; text: string }[]) => {
    for (const input of inputs) reader.noteInput(input);
    return reader.next();
  };
  expect(answer(heard('hello'))).toBe(a);
  expect(reader.next('Ask whether they are still there.')).toBe(three);
  expect(answer(output('{"state":"full"}'))).toBe(one);
  expect(answer(output('{"ok":true}'), output('{"state":"full"}'))).toBe(one);
  expect(answer(heard('we are full'))).toBe(two);
  expect(answer(heard('yes'))).toBe(b);
});

test('a script is read from JSON, and a bad one is refused with its fault', () => {
  expect(readScript(JSON.stringify(RECEPTIONIST))).toEqual(RECEPTIONIST);
  expect(() => readScript('{"replies":[]}')).toThrow(/not a script.*replies/s);
  expect(() => readScript('{"replies":[{"say":"x"}]}')).toThrow('not a script');
});

test('the shipped scripts name clips that there are', () => {
  for (const { greeting, replies: said, cases = [] } of SCRIPTS.values()) {
    for (const reply of [greeting, ...said, ...cases.map(({ say }) => say)])
      for (const line of linesOf(reply))
        if ('clip' in line) expect(clip(line.clip).who).toBe('agent');
  }
});

test('a model with an unknown clip in its script does not start', async () => {
  const script = { replies: [{ clip: 'no-such' }] };
  await expect(startModel({ script })).rejects.toThrow('no clip no-such');
});
