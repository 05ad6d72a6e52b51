import { readTwilioFailure } from '../../../twilio-account/failure';
import { type Check, type Finding, oneFinding } from '../../check';
import type { Settings } from '../../settings';
import { findingOfFailure, NOT_ACTIVE_CODES } from './failure';

/** The account by its SID and token. */
export const checkCredentials: Check = {
  id: 'account.credentials',
  title: 'Twilio account',
  needs: ['config.twilio', 'account.region'],
  run: async ({ openTwilio, facts, settings }) => {
    const client = openTwilio();
    try {
      const account = await client.api.v2010.accounts(client.accountSid).fetch();
      facts.account = account;
      const isSub = Boolean(account.ownerAccountSid) && account.ownerAccountSid !== account.sid;
      return { found: `${account.friendlyName}${isSub ? ', a sub-account' : ''}` };
    } catch (error) {
      const { code } = readTwilioFailure(error);
      // The next check says so.
      if (NOT_ACTIVE_CODES.includes(code)) return { found: 'known to Twilio' };
      return oneFinding(explain(error, settings));
    }
  },
};

function explain(error: unknown, { environment }: Settings): Finding {
  const { kind, status, code } = readTwilioFailure(error);
  const why =
    'nothing can be set or deployed with it, and the bridge refuses every media stream, for Twilio signs with another token (31920)';
  const sid = `the account that ends in ${(environment.TWILIO_ACCOUNT_SID ?? '').slice(-4)}`;
  if (kind === 'refused' && code === 20008) {
    return {
      level: 'fault',
      id: 'test-credentials',
      twilioCode: 20008,
      found: 'TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are test credentials',
      why,
      remedy:
        'take the live ones: in the Twilio console, Account → API keys & tokens, Live credentials',
    };
  }
  if (kind === 'refused' && (status === 401 || code === 20003)) {
    const { TWILIO_REGION: region } = environment;
    const regional =
      region === undefined || region === 'us1' ? '' : `; each region has its own, here ${region}'s`;
    return {
      level: 'fault',
      id: 'auth-token-refused',
      twilioCode: 20003,
      found: `Twilio refuses TWILIO_AUTH_TOKEN for ${sid}`,
      why,
      remedy: `set TWILIO_AUTH_TOKEN to the primary auth token of the very account of TWILIO_ACCOUNT_SID${regional}: after a rotation, with a sub-account or a test token it is another`,
    };
  }
  if (status === 404) {
    return {
      level: 'fault',
      id: 'account-unknown',
      twilioCode: 20404,
      found: `Twilio knows no account that ends in ${(environment.TWILIO_ACCOUNT_SID ?? '').slice(-4)}`,
      why: 'neither the account nor its numbers can be examined or set',
      remedy: 'copy TWILIO_ACCOUNT_SID anew from the Twilio console',
    };
  }
  return findingOfFailure(error);
}
