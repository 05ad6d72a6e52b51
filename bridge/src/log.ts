import pino, { type DestinationStream, type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from './config';
import { createRedaction } from './diagnostics/redaction';

/**
 * The log: JSON lines in production, readable lines in a terminal. What others say of a fault is
 * logged in their words, so every line is looked through for secrets before it is written.
 * @param isTerminal whether standard output is one.
 * @param secrets what must never stand in it.
 */
export function createLog(
  { LOG_LEVEL, LOG_FORMAT, BRIDGE_NODE }: Pick<Config, 'LOG_LEVEL' | 'LOG_FORMAT' | 'BRIDGE_NODE'>,
  isTerminal: boolean,
  secrets: readonly string[],
  output: DestinationStream = pino.destination(1),
): Logger {
  const options = {
    level: LOG_LEVEL,
    base: BRIDGE_NODE === undefined ? null : { node: BRIDGE_NODE },
    redact: ['*.authorization', '*.token'],
  };
  const destination =
    (LOG_FORMAT ?? (isTerminal ? 'pretty' : 'json')) === 'json'
      ? output
      : pretty({ translateTime: 'SYS:HH:MM:ss.l', singleLine: true, sync: true });
  const hide = createRedaction(secrets);
  return pino(options, { write: (line) => destination.write(hide(line)) });
}
