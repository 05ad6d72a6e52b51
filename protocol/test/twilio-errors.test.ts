import {
  describeTwilioError,
  findTwilioErrorCode,
  TOPICS,
  TWILIO_ERROR_CODES,
} from '../twilio-errors/catalogue';

/** The codes that can meet a call of this product, as gathered from Twilio's error dictionary. */
const EXPECTED = `
  10001 10002 10003 10004
  11100 11200 11201 11202 11203 11205 11206 11210 11215 11220 11235 11236 11237 11240 11241 11243
  11750 11770 12100 12101 12102 12200 12300 12400
  13214 13223 13224 13225 13227 13710
  20001 20003 20005 20006 20008 20404 20429
  21200 21201 21205 21210 21211 21212 21213 21214 21215 21216 21217 21218 21219 21220 21262 21263
  21608
  31900 31901 31902 31903 31904 31910 31920 31921 31922 31923 31924 31930 31931
  31940 31941 31942 31943 31950 31951 31952 31954 31960
  32014 32015 32018 32019 57012 63006
  64100 64101 64102 64103 64104 64105 64106 64107 64108 64109
  82001 82002 82003 82004 82005 82006 82007 82008 82009`
  .trim()
  .split(/\s+/)
  .map(Number);

test('the catalogue has every expected code and no other', () => {
  expect(TWILIO_ERROR_CODES).toEqual([...EXPECTED].sort((a, b) => a - b));
});

test('no code stands in two topics', () => {
  const codes = TOPICS.flatMap((topic) => Object.keys(topic));
  expect(new Set(codes).size).toBe(codes.length);
});

test.each(EXPECTED)('%i says its name, level, cause and remedy', (code) => {
  const error = describeTwilioError(code);
  expect(error).toMatchObject({ code, known: true });
  expect(['error', 'warning']).toContain(error.level);
  for (const text of [error.name, error.cause, error.remedy])
    expect(text.length).toBeGreaterThan(8);
  expect(error.url).toBe(`https://www.twilio.com/docs/api/errors/${code}`);
});

test('the levels are those of Twilio’s debugger', () => {
  const warnings = EXPECTED.filter((code) => describeTwilioError(code).level === 'warning');
  expect(warnings).toEqual([
    12200, 13224, 21262, 21263, 31930, 31931, 31950, 31951, 32019, 82001, 82004,
  ]);
});

test('a code that came as text is the same code', () => {
  expect(describeTwilioError('31941')).toEqual(describeTwilioError(31941));
});

test('an unknown code gets an honest answer with the link', () => {
  expect(describeTwilioError(31999)).toMatchObject({
    code: 31999,
    known: false,
    url: 'https://www.twilio.com/docs/api/errors/31999',
  });
  expect(describeTwilioError(31999).cause).toContain('Media Streams');
  expect(describeTwilioError(99999).remedy).toContain('/errors/99999');
});

test.each(['', 'abc', '31941; DROP', '-1', -1, 1.5, NaN, Infinity])('%p is no code', (code) => {
  expect(describeTwilioError(code)).toMatchObject({ known: false, code: NaN });
});

test('what these codes are often taken for is put right', () => {
  expect(describeTwilioError(63006).cause).toContain('nothing to do with Media Streams');
  expect(describeTwilioError(11200).cause).toContain('says nothing about the TwiML');
  expect(describeTwilioError(11205).cause).toContain('not about the stream');
});

test.each([
  ['Stream - Handshake Error (31920): 403', 31920],
  ['31941', 31941],
  ['the server answered 403 after 12345678 ms', undefined],
  ['', undefined],
])('the code in %p is found', (text, code) => {
  expect(findTwilioErrorCode(text)).toBe(code);
});
