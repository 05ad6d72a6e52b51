import { readTwilioFailure } from '../../../twilio-account/failure';
import { type Check, oneFinding, skip } from '../../check';
import { whyUnreadable } from '../account/failure';

/** States in which the papers of a number are in order. */
const APPROVED = ['twilio-approved', 'provisionally-approved'];

/**
 * The regulatory bundle of the number, where its country wants one.
 * Source: https://www.twilio.com/docs/phone-numbers/regulatory/api/bundles
 */
export const checkRegulation: Check = {
  id: 'number.regulation',
  title: 'Regulatory bundle',
  needs: ['number.exists'],
  run: async ({ openTwilio, facts: { number } }) => {
    // Twilio's answer has null where there is none, whatever the types say.
    const sid: string | null = number?.bundleSid ?? null;
    if (!sid) return skip('the number has none');
    try {
      const { bundles } = openTwilio().numbers.v2.regulatoryCompliance;
      const { status } = await bundles(sid).fetch();
      if (APPROVED.includes(status)) return { found: status };
      return oneFinding({
        level: 'warning',
        id: 'bundle-not-approved',
        found: `the regulatory bundle ${sid} of the number is ${status}`,
        why: 'where a country wants papers, Twilio takes a number away whose papers it does not accept',
        remedy:
          'complete it in the Twilio console, under Phone Numbers → Regulatory Compliance → Bundles',
      });
    } catch (error) {
      return skip(`it cannot be read: ${whyUnreadable(readTwilioFailure(error))}`);
    }
  },
};
