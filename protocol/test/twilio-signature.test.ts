import fc from 'fast-check';
import { getExpectedTwilioSignature, validateRequest } from 'twilio/lib/webhooks/webhooks';
import { type FormParameters, fitsTwilioSignature, signForTwilio } from '../twilio-signature';

const TOKEN = '0123456789abcdef0123456789abcdef';
const URL = 'https://functions.example.com/stream-mode?agent=concierge';

/** The library's signature takes mutable parameters. */
const expected = (url: string, parameters: FormParameters) =>
  getExpectedTwilioSignature(TOKEN, url, { ...parameters });

test('it is what Twilio’s library makes, for any parameters', () => {
  const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.array(fc.string(), { minLength: 1 }));
  const parameters = fc.dictionary(
    fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
    value,
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(parameters, (form) => {
      expect(signForTwilio(TOKEN, URL, form)).toBe(expected(URL, form));
    }),
  );
});

test('Twilio’s library accepts it', () => {
  const form = { CallSid: 'CA1', From: '+15550100100', To: '+15550100199' };
  expect(validateRequest(TOKEN, signForTwilio(TOKEN, URL, form), URL, form)).toBe(true);
});

test('a WebSocket upgrade is signed over its wss address alone', () => {
  const url = 'wss://bridge.example.com/media-stream/CA1';
  const signature = signForTwilio(TOKEN, url);
  expect(signature).toBe(expected(url, {}));
  expect(validateRequest(TOKEN, signature, url, {})).toBe(true);
  expect(fitsTwilioSignature(TOKEN, signature, url)).toBe(true);
  for (const other of [url.replace('wss:', 'https:'), `${url}/`, `${url}?a=1`]) {
    expect(fitsTwilioSignature(TOKEN, signature, other)).toBe(false);
  }
});

test('the vector of Twilio’s own tests', () => {
  const form = {
    CallSid: 'CA1234567890ABCDE',
    Caller: '+14158675309',
    Digits: '1234',
    From: '+14158675309',
    To: '+18005551212',
  };
  const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
  expect(signForTwilio('12345', url, form)).toBe('RSOYDt4T1cUTdK1PDd93/VVr8B8=');
});

test('a repeated parameter counts once for each of its values, in order', () => {
  expect(signForTwilio(TOKEN, URL, { a: ['2', '1', '2'] })).toBe(
    signForTwilio(TOKEN, URL, { a: ['1', '2'] }),
  );
});

test.each(['', 'x', 'ä'.repeat(28)])('%p does not fit', (signature) => {
  expect(fitsTwilioSignature(TOKEN, signature, URL)).toBe(false);
});

test('a changed parameter, address or token does not fit', () => {
  const signature = signForTwilio(TOKEN, URL, { a: '1' });
  expect(fitsTwilioSignature(TOKEN, signature, URL, { a: '1' })).toBe(true);
  expect(fitsTwilioSignature(TOKEN, signature, URL, { a: '2' })).toBe(false);
  expect(fitsTwilioSignature(TOKEN, signature, URL, { a: '1', b: '' })).toBe(false);
  expect(fitsTwilioSignature('other', signature, URL, { a: '1' })).toBe(false);
});
