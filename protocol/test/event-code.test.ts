import { describeSipResponse } from '../sip-responses';
import { findEventCode } from '../twilio-errors/event-code';

test.each([
  [{ ErrorCode: '11200' }, '11200'],
  [{ StreamError: 'Stream - Handshake Error (31920): 403' }, '31920'],
  [{ StreamError: 'WebSocket - Handshake Error' }, '31920'],
  [{ StreamError: 'SSL Protocol Error' }, '31910'],
  [{ StreamError: 'Protocol Error' }, '31924'],
  [{ StreamError: 'it is a mystery' }, undefined],
  [{}, undefined],
])('the code in %j is found', (parameters, code) => {
  expect(findEventCode(parameters)).toBe(code);
});

test('a SIP response is put into words, where it says something', () => {
  expect(describeSipResponse('486')).toBe('the line is busy');
  expect(describeSipResponse('200')).toBeUndefined();
});
