import pino, { type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from './config';

/**
 * The log: JSON lines in production, readable lines in a terminal.
 * @param isTerminal whether standard output is one.
 */
export function createLog(
  { LOG_LEVEL, LOG_FORMAT }: Pick<Config, 'LOG_LEVEL' | 'LOG_FORMAT'>,
  isTerminal: boolean,
): Logger {
  const options = { level: LOG_LEVEL, base: null, redact: ['*.authorization', '*.token'] };
  if ((LOG_FORMAT ?? (isTerminal ? 'pretty' : 'json')) === 'json') return pino(options);
  return pino(options, pretty({ translateTime: 'SYS:HH:MM:ss.l', singleLine: true, sync: true }));
}

/** A phone number as it may stand in a log: enough to tell two callers apart, too little to call. */
export function maskPhoneNumber(number: string): string {
  if (!/^\+?\d{5,}$/.test(number)) return number === '' ? '' : '***';
  const shown = number.startsWith('+') ? 3 : 2;
  return `${number.slice(0, shown)}${'*'.repeat(number.length - shown - 2)}${number.slice(-2)}`;
}
