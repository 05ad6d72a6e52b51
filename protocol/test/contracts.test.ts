import fc from 'fast-check';
import { readAdmissionGrant, readRefusal } from '../admission';
import { isCallSid } from '../call-sid';
import { readNextStep } from '../next';

const GRANT = { streamUrl: 'wss://b.example.com/media-stream/CA1', token: 't', expiresAt: 'soon' };

test('a grant is read, and what is new in it is left out', () => {
  expect(readAdmissionGrant({ ...GRANT, node: 'a' })).toEqual(GRANT);
});

test.each([
  undefined,
  null,
  'x',
  {},
  { ...GRANT, token: 1 },
  { ...GRANT, streamUrl: 'https://b.example.com/' },
  { ...GRANT, expiresAt: undefined },
])('%p is no grant', (body) => {
  expect(readAdmissionGrant(body)).toBeUndefined();
});

test('a refusal is read', () => {
  const refusal = { code: 'bridge_full', message: 'no room' };
  expect(readRefusal(refusal)).toEqual(refusal);
  expect(readRefusal({ ...refusal, remedy: 'wait' })).toEqual({ ...refusal, remedy: 'wait' });
  expect(readRefusal({ code: 1, message: '' })).toBeUndefined();
});

test.each([
  { action: 'hangup' },
  { action: 'hangup', say: 'Bye' },
  { action: 'fallback' },
  { action: 'resume', streamUrl: 'wss://a', token: 't', say: 'Back' },
  { action: 'dial', number: '+15550100155', callerId: '+15550100199', timeoutS: 20 },
  { action: 'digits', digits: '1w2' },
])('the step %p is read as it is', (step) => {
  expect(readNextStep({ ...step, added: 1 })).toEqual(step);
});

test.each([
  null,
  [],
  {},
  { action: 'dance' },
  { action: 'dial' },
  { action: 'digits', digits: 1 },
  { action: 'resume', streamUrl: 'wss://a' },
])('%p is no step', (body) => {
  expect(readNextStep(body)).toBeUndefined();
});

test('nothing that can be sent breaks the readers', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (body) => {
      for (const read of [readAdmissionGrant, readRefusal, readNextStep]) {
        expect(() => read(body)).not.toThrow();
      }
    }),
  );
});

test('a CallSid is short and safe in a path', () => {
  expect(isCallSid('CA0123456789abcdef0123456789abcdef')).toBe(true);
  expect(isCallSid('call_1-2')).toBe(true);
  for (const other of ['', 'a/b', '../x', 'a b', 'a'.repeat(65), 'a\n', 7, undefined]) {
    expect(isCallSid(other)).toBe(false);
  }
});
