import { readTwilioFailure } from '../../../twilio-account/failure';
import { type Check, type Finding, oneFinding, skip } from '../../check';
import { whyUnreadable } from './failure';

/** Below so much, in the account's currency, a busy day may use up what is left. */
const LOW = 5;

/** What is left to pay calls with; a sub-account has no balance of its own. */
export const checkBalance: Check = {
  id: 'account.balance',
  title: 'Balance',
  needs: ['account.status'],
  run: async ({ openTwilio, facts: { account } }) => {
    if (account?.type === 'Trial') return skip('a trial account calls on free units');
    try {
      const { balance, currency } = await openTwilio().balance.fetch();
      const amount = Number(balance);
      if (balance === '' || !Number.isFinite(amount)) return skip('Twilio names none');
      const shown = `${amount.toFixed(2)} ${currency}`;
      return amount < LOW ? oneFinding(judge(amount, shown)) : { found: shown };
    } catch (error) {
      return skip(`it cannot be read: ${whyUnreadable(readTwilioFailure(error))}`);
    }
  },
};

function judge(amount: number, shown: string): Finding {
  const remedy = 'add funds in the Twilio console, under Billing, or turn auto-recharge on';
  if (amount > 0) {
    return {
      level: 'warning',
      id: 'balance-low',
      found: `only ${shown} are left`,
      why: 'at 0 Twilio suspends the account, and its numbers take no calls (10003)',
      remedy,
    };
  }
  return {
    level: 'warning',
    id: 'balance-spent',
    twilioCode: 10001,
    found: `the balance is ${shown}, and the account is active yet`,
    why: 'Twilio suspends an account at 0 or below: from then on its numbers take no calls (10003)',
    remedy,
  };
}
