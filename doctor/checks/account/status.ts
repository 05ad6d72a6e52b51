import { type Check, type Finding, oneFinding } from '../../check';

/** Whether the account may take calls, and whether it is a trial. */
export const checkStatus: Check = {
  id: 'account.status',
  title: 'Account status',
  needs: ['account.credentials'],
  run: ({ facts: { account } }) => {
    const status = account?.status ?? 'not active';
    if (status !== 'active') return Promise.resolve(oneFinding(notActive(status)));
    return Promise.resolve(
      account?.type === 'Trial' ? oneFinding(TRIAL) : { found: `active, ${account?.type ?? ''}` },
    );
  },
};

function notActive(status: string): Finding {
  return {
    level: 'fault',
    id: status === 'closed' ? 'account-closed' : 'account-suspended',
    twilioCode: 10001,
    found: `the account is ${status}`,
    why: 'Twilio takes no call of its numbers (10003) and places none',
    remedy:
      status === 'closed'
        ? 'use another account: a closed one stays so'
        : 'look into the Twilio console: add funds if the balance is at 0 or below, reactivate a sub-account or the account above it, or ask Twilio’s support',
  };
}

/** Source: https://www.twilio.com/docs/usage/trials/try-out-voice and error 13805. */
const TRIAL: Finding = {
  level: 'warning',
  id: 'account-trial',
  found: 'active, and a trial account',
  why: 'before each call Twilio speaks a notice of its own; only numbers that are verified may call or be called (21219), calls end after 10 minutes (13805), few go at once (10004), and the trial itself ends',
  remedy:
    'verify your own number in the Twilio console, under Phone Numbers → Verified Caller IDs, or upgrade the account',
};
