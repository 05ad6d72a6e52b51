import type { CodedError } from '@realtime-phone/protocol/errors';
import type { HttpAnswer } from './web';

const RETRY_AFTER_S = 5;

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
  const retryAfterS =
    error.retryAfterS ?? fault.retryAfterS ?? (status === 503 ? RETRY_AFTER_S : undefined);
  return answerJson(
    status,
    { code, message, remedy: fault.remedy },
    retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) },
  );
}
