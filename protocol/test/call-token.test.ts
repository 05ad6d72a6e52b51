import { checkCallToken, makeCallToken } from '../call-token';
import { checkRequestSignature } from '../request-signature';

const SECRET = 'secret';
const NOW_MS = 1_790_000_000_000;
const code = (value: string) => expect.objectContaining({ code: value }) as unknown;

const verdict = (token: string | undefined, callSid = 'CA1', nowMs = NOW_MS, secret = SECRET) => {
  try {
    checkCallToken(secret, callSid, token, nowMs);
    return 'good';
  } catch (error) {
    return error;
  }
};

test('a token is good for its call until its time', () => {
  const token = makeCallToken(SECRET, 'CA1', NOW_MS + 1000);
  expect(verdict(token)).toBe('good');
  expect(verdict(token, 'CA1', NOW_MS + 1000)).toBe('good');
  expect(verdict(token, 'CA1', NOW_MS + 1001)).toEqual(code('token_expired'));
});

test('it is good for no other call and with no other secret', () => {
  const token = makeCallToken(SECRET, 'CA1', NOW_MS + 1000);
  expect(verdict(token, 'CA2')).toEqual(code('token_invalid'));
  expect(verdict(token, 'CA1', NOW_MS, 'other')).toEqual(code('token_invalid'));
});

test('not one character of it can be changed', () => {
  const token = makeCallToken(SECRET, 'CA1', NOW_MS + 1000);
  for (let at = 0; at < token.length; at += 1) {
    const other = token[at] === 'A' ? 'B' : 'A';
    const changed = token.slice(0, at) + other + token.slice(at + 1);
    expect(verdict(changed)).toEqual(code('token_invalid'));
  }
});

test('its life cannot be prolonged', () => {
  const token = makeCallToken(SECRET, 'CA1', NOW_MS - 1);
  expect(verdict(token)).toEqual(code('token_expired'));
  expect(verdict(token.replace(String(NOW_MS - 1), String(NOW_MS + 9999)))).toEqual(
    code('token_invalid'),
  );
});

test.each([undefined, ''])('%p is no token', (token) => {
  expect(verdict(token)).toEqual(code('token_missing'));
});

test.each(['a', '.', '...', 'v1.9999999999999.x.', 'a'.repeat(10_000)])(
  '%p is refused',
  (token) => {
    expect(verdict(token)).toEqual(code('token_invalid'));
  },
);

test('two tokens of one call differ, and fit into a <Parameter>', () => {
  const tokens = [1, 2].map(() => makeCallToken(SECRET, 'CA1', NOW_MS));
  expect(tokens[0]).not.toBe(tokens[1]);
  expect('token'.length + (tokens[0] ?? '').length).toBeLessThan(500);
});

test('a token cannot pass for a request signature', () => {
  const token = makeCallToken(SECRET, 'CA1', NOW_MS);
  const request = { method: 'POST', path: '/calls', body: '' };
  expect(() => {
    checkRequestSignature(SECRET, request, `Bridge ${token}`, NOW_MS / 1000);
  }).toThrow();
});
