import type { CodedError } from '@realtime-phone/protocol/errors';
import type { HttpAnswer } from './web';

/** A JSON answer. */
export function answerJson(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: `${JSON.stringify(body)}\n`,
  };
}

/** The answer to a coded error: its code, what was wrong, and what to do. */
export function answerError(error: CodedError, status = error.fault.status ?? 500): HttpAnswer {
  const { code, message, fault } = error;
  return answerJson(
    status,
    { code, message, remedy: fault.remedy },
    status === 503 ? { 'retry-after': '5' } : {},
  );
}
