import { CodedError, FAULTS, type FaultCode } from '../errors';
import type { Fault } from '../fault';

const ROWS = Object.entries(FAULTS) as [FaultCode, Fault][]; // the table's own keys

test.each(ROWS)('%s says what was wrong and what to do', (code, fault) => {
  expect(code).toMatch(/^[a-z]+(?:_[a-z0-9]+)*$/);
  expect(fault.message.length).toBeGreaterThan(5);
  expect(fault.remedy.length).toBeGreaterThan(5);
  expect(fault.message).not.toMatch(/\.$/);
});

test('statuses are those of refusals, close codes those a server may send', () => {
  for (const [code, { status, closeCode }] of ROWS) {
    if (status !== undefined) expect([code, status >= 400 && status < 600]).toEqual([code, true]);
    if (closeCode !== undefined) {
      const sendable = [1000, 1001, 1003, 1007, 1008, 1009, 1011, 1013].includes(closeCode);
      expect([code, sendable]).toEqual([code, true]);
    }
  }
});

test('no two codes say the same', () => {
  const messages = ROWS.map(([, { message }]) => message);
  expect(new Set(messages).size).toBe(messages.length);
});

test('an error carries its code, the particulars and the row of the table', () => {
  const cause = new Error('ECONNREFUSED');
  const error = new CodedError('bridge_unreachable', 'port 8080', { cause });
  expect(error).toMatchObject({
    name: 'CodedError',
    code: 'bridge_unreachable',
    detail: 'port 8080',
    message: 'the bridge could not be reached: port 8080',
    cause,
  });
  expect(error.fault.retryable).toBe(true);
  expect(new CodedError('frame_binary').message).toBe('a binary frame came');
});
