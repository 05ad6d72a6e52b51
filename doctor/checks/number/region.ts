import { readTwilioFailure } from '../../../twilio-account/failure';
import { type Check, oneFinding } from '../../check';
import { whyUnreadable } from '../account/failure';
import { STREAM_REGIONS } from '../account/region';

/**
 * The region that takes the number's calls. Each region has a record of its own for a number: what
 * is set in one counts for nothing in another.
 * Source: https://www.twilio.com/docs/global-infrastructure/inbound-call-processing
 */
export const checkNumberRegion: Check = {
  id: 'number.region',
  title: 'Region of its calls',
  needs: ['number.exists'],
  run: async ({ openTwilio, facts, settings: { environment } }) => {
    const phoneNumber = facts.number?.phoneNumber ?? '';
    const ours = environment.TWILIO_REGION ?? 'us1';
    let region: string;
    try {
      region =
        (await openTwilio().routes.v2.phoneNumbers(phoneNumber).fetch()).voiceRegion || 'us1';
    } catch (error) {
      return { found: `taken for ${ours}: ${whyUnreadable(readTwilioFailure(error))}` };
    }
    if (region !== ours) {
      return oneFinding({
        level: 'fault',
        id: 'number-in-other-region',
        found: `calls of ${phoneNumber} are taken in ${region}, and this set-up is in ${ours}`,
        why: `${region} has its own voice address for the number and its own auth token: what npm run number sets in ${ours} is not asked, and no signature of ${region} fits`,
        remedy: `route the number to ${ours} in the Twilio console, under Phone Numbers → the number → Regional routing`,
      });
    }
    if (STREAM_REGIONS.includes(region)) return { found: region };
    return oneFinding({
      level: 'warning',
      id: 'region-without-streams',
      found: `calls of ${phoneNumber} are taken in ${region}`,
      why: `Media Streams are documented for ${STREAM_REGIONS.join(', ')} alone`,
      remedy: 'route the number to us1 in the Twilio console, under Regional routing',
    });
  },
};
