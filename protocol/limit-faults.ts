import type { Fault } from './fault';

/** What is refused because somebody asks for too much of it. */
export const LIMIT_FAULTS = {
  caller_calls_full: {
    status: 503,
    retryable: true,
    message: 'this caller has as many calls at once as one number may',
    remedy: 'raise MAX_CALLS_PER_CALLER if many people call from behind one number',
  },
  caller_calls_too_frequent: {
    status: 503,
    retryable: true,
    message: 'this caller has called as often as one number may in a minute',
    remedy: 'raise MAX_CALLS_PER_CALLER_PER_MINUTE if many people call from behind one number',
  },
  withheld_calls_full: {
    status: 503,
    retryable: true,
    message: 'as many callers at once as may withhold their number',
    remedy: 'raise MAX_WITHHELD_CALLS if many of your callers withhold theirs',
  },
  withheld_calls_too_frequent: {
    status: 503,
    retryable: true,
    message: 'as many calls in a minute as may come with a withheld number',
    remedy: 'raise MAX_WITHHELD_CALLS_PER_MINUTE if many of your callers withhold theirs',
  },
  operator_tries_too_many: {
    status: 429,
    retryable: true,
    retryAfterS: 60,
    message: 'too many wrong operator tokens came in the last minute',
    remedy:
      'send the ADMIN_TOKEN that the bridge was started with: the right one is let in at any time',
  },
} as const satisfies Record<string, Fault>;
