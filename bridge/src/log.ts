import pino, { type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from './config';

/**
 * The log: JSON lines in production, readable lines in a terminal.
 * @param isTerminal whether standard output is one.
 */
export function createLog(
  { LOG_LEVEL, LOG_FORMAT, BRIDGE_NODE }: Pick<Config, 'LOG_LEVEL' | 'LOG_FORMAT' | 'BRIDGE_NODE'>,
  isTerminal: boolean,
): Logger {
  const options = {
    level: LOG_LEVEL,
    base: BRIDGE_NODE === undefined ? null : { node: BRIDGE_NODE },
    redact: ['*.authorization', '*.token'],
  };
  if ((LOG_FORMAT ?? (isTerminal ? 'pretty' : 'json')) === 'json') return pino(options);
  return pino(options, pretty({ translateTime: 'SYS:HH:MM:ss.l', singleLine: true, sync: true }));
}
