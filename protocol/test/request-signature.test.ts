import fc from 'fast-check';
import {
  checkRequestSignature,
  MAX_REQUEST_AGE_S,
  type SignedRequest,
  signRequest,
} from '../request-signature';

const SECRET = 'secret';
const NOW_S = 1_790_000_000;
const REQUEST: SignedRequest = { method: 'POST', path: '/calls?a=1', body: '{"a":"ü"}' };

const check = (authorization: string | undefined, request = REQUEST, nowS = NOW_S) => {
  checkRequestSignature(SECRET, request, authorization, nowS);
};
const code = (value: string) => expect.objectContaining({ code: value }) as unknown;
const caught = (run: () => void): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
};

test('what was signed is accepted', () => {
  const signed = signRequest(SECRET, REQUEST, NOW_S + 0.9);
  expect(signed).toMatch(/^Bridge t=1790000000,v1=[0-9a-f]{64}$/);
  expect(caught(() => check(signed))).toBeUndefined();
});

test.each<Partial<SignedRequest>>([{ method: 'GET' }, { path: '/calls' }, { body: '{}' }])(
  'the signature does not fit another request: %p',
  (other) => {
    const signed = signRequest(SECRET, REQUEST, NOW_S);
    expect(caught(() => check(signed, { ...REQUEST, ...other }))).toEqual(
      code('request_signature_invalid'),
    );
  },
);

test('neither another secret nor another time fits', () => {
  expect(caught(() => check(signRequest('other', REQUEST, NOW_S)))).toEqual(
    code('request_signature_invalid'),
  );
  const moved = signRequest(SECRET, REQUEST, NOW_S).replace('t=1790000000', 't=1790000001');
  expect(caught(() => check(moved))).toEqual(code('request_signature_invalid'));
});

test.each([MAX_REQUEST_AGE_S, -MAX_REQUEST_AGE_S])('%i s of difference is borne', (skewS) => {
  expect(caught(() => check(signRequest(SECRET, REQUEST, NOW_S - skewS)))).toBeUndefined();
});

test.each([MAX_REQUEST_AGE_S + 1, -MAX_REQUEST_AGE_S - 1])('%i s is not, and is told', (skewS) => {
  expect(caught(() => check(signRequest(SECRET, REQUEST, NOW_S - skewS)))).toMatchObject({
    code: 'request_expired',
    detail: `the clocks differ by ${skewS} s`,
  });
});

test.each([undefined, '', 'Bearer x', 'Bridge', 'Bridge t=1', 'Bridge t=x,v1=00'])(
  '%p is no signature',
  (authorization) => {
    expect(caught(() => check(authorization))).toEqual(code('request_unsigned'));
  },
);

test('nothing that a stranger sends is accepted or breaks it', () => {
  fc.assert(
    fc.property(fc.string(), fc.stringMatching(/^[0-9a-f]{64}$/), (text, hex) => {
      for (const header of [text, `Bridge t=${NOW_S},v1=${hex}`]) {
        expect(caught(() => check(header))).toHaveProperty('code');
      }
    }),
  );
});
