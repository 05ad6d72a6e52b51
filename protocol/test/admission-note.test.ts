import { readAdmissionNote, writeAdmissionNote } from '../admission-note';
import { CodedError } from '../errors';
import { parseTwiml } from '../twiml/document';

const twiml = (note: string) => `<Response><!-- ${note} --><Say>Sorry</Say></Response>`;

test('the note tells the code nearest to the cause', () => {
  const own = writeAdmissionNote(new CodedError('bridge_timeout', 'the limit is 1500 ms'));
  expect(readAdmissionNote(twiml(own))).toMatchObject({ code: 'bridge_timeout' });
  const refused = new CodedError('bridge_refused', '503 bridge_full: the bridge has no room');
  const note = readAdmissionNote(twiml(writeAdmissionNote(refused)));
  expect(note?.code).toBe('bridge_full');
  expect(note?.text).toContain('503 bridge_full: the bridge has no room');
});

test('a note of words that no comment can hold is a comment all the same', () => {
  const note = writeAdmissionNote(
    new CodedError('bridge_refused', `--> ----\u0001\u{1F600}${'x'.repeat(900)}-`),
  );
  expect(() => parseTwiml(twiml(note))).not.toThrow();
  expect(note.length).toBeLessThan(400);
});

test('other comments are none of it', () => {
  expect(readAdmissionNote(twiml(' hello '))).toBeUndefined();
});
