import { clip } from '../clips/clips';
import { startModel } from '../model/model-server';
import { readScript, RECEPTIONIST, RECEPTIONIST_INTERRUPTED, ScriptReader } from '../model/script';

const a = { text: 'A.' };
const b = { text: 'B.' };

/** What a script says to that many turns. */
function replies(reader: ScriptReader, turns: number): unknown[] {
  return Array.from({ length: turns }, () => {
    reader.noteInput();
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
  reader.noteInput();
  expect([reader.next(), reader.next()]).toEqual([a, a]);
});

test('turns in a row with no answer between them are answered by one reply', () => {
  const reader = new ScriptReader({ replies: [a, b] });
  reader.noteInput();
  reader.noteInput();
  expect(reader.next()).toBe(a);
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

test('a script is read from JSON, and a bad one is refused with its fault', () => {
  expect(readScript(JSON.stringify(RECEPTIONIST))).toEqual(RECEPTIONIST);
  expect(() => readScript('{"replies":[]}')).toThrow(/not a script.*replies/s);
  expect(() => readScript('{"replies":[{"say":"x"}]}')).toThrow('not a script');
});

test('the shipped scripts name clips that there are', () => {
  for (const { greeting, replies: lines } of [RECEPTIONIST, RECEPTIONIST_INTERRUPTED]) {
    for (const line of [greeting, ...lines]) {
      if (line && 'clip' in line) expect(clip(line.clip).who).toBe('agent');
    }
  }
});

test('a model with an unknown clip in its script does not start', async () => {
  const script = { replies: [{ clip: 'no-such' }] };
  await expect(startModel({ script })).rejects.toThrow('no clip no-such');
});
