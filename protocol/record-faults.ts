import type { Fault } from './fault';

/** What can go wrong with the records of calls. Calls go on without them. */
export const RECORD_FAULTS = {
  store_unavailable: {
    status: 503,
    retryable: true,
    message: 'the store of call records does not answer',
    remedy:
      'see that CALL_STORE is right, that its disk has room or its Redis runs; calls go on, and what waits is written when it is back',
  },
  store_write_failed: {
    status: 503, // of a store that does not write nothing is read
    retryable: true,
    message: 'call records could not be written',
    remedy:
      'see that CALL_STORE is right, that its disk has room or its Redis runs; calls go on, and what waits is written when it is back',
  },
  store_queue_full: {
    message: 'too many call records wait to be written, so others are lost',
    remedy: 'bring the store of CALL_STORE back; MAX_WAITING_RECORDS is how many may wait',
  },
  record_not_delivered: {
    retryable: true,
    message: 'a call record could not be delivered to RECORD_WEBHOOK_URL',
    remedy: 'see that it answers 2xx within 10 s; a record is tried again for a day',
  },
} as const satisfies Record<string, Fault>;
