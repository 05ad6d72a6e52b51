import { END, type Verb } from './verb';

/** `<Hangup>`. */
export const hangUp: Verb = (call) => {
  call.journal.note('hang-up', 'Twilio hangs up');
  return Promise.resolve(END);
};

/**
 * `<Reject>`: the call is never answered. Assumed: its status is `busy`, or `no-answer` when the
 * reason is not busy.
 */
export const reject: Verb = (call, element) => {
  const reason = element.attributes.reason ?? 'rejected';
  if (call.answeredAtMs === undefined) call.status = reason === 'busy' ? 'busy' : 'no-answer';
  call.journal.note('reject', `the call is rejected: ${reason}`, { reason });
  return Promise.resolve(END);
};
