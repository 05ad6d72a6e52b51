import { randomBytes } from 'node:crypto';
import { signForTwilio } from '@realtime-phone/protocol/twilio-signature';
import { type Check, type Finding, type Outcome, oneFinding } from '../../check';
import { bridgeCodeOf } from '../../stranger';
import { settleUpgrade, type Upgrade } from '../../upgrade';
import { admit, release } from './admission';
import { type BridgePlace, requirePlace } from './place';
import { explainSignedRefusal, isOpenToAll, isOtherAddress } from './signature-faults';
import { explainFailedUpgrade, explainUpgrade } from './upgrade';

/** Whether the bridge lets a stream in that Twilio has signed, and no other. */
export const checkSignature: Check = {
  id: 'bridge.signature',
  title: 'A signed stream is let in, no other',
  needs: ['bridge.upgrade'],
  run: async (examination) => {
    const place = requirePlace(examination);
    const { BRIDGE_SECRET, TWILIO_AUTH_TOKEN } = examination.settings.environment;
    // Not of Twilio's form, so that it is never taken for a caller's.
    const callSid = `doctor-${randomBytes(16).toString('hex')}`;
    const unsigned = await findUnsigned(place, callSid);
    if (unsigned !== undefined) return oneFinding(unsigned);
    const refused = 'refused without a signature';
    if (BRIDGE_SECRET === undefined || TWILIO_AUTH_TOKEN === undefined) {
      const missing = BRIDGE_SECRET === undefined ? 'BRIDGE_SECRET' : 'TWILIO_AUTH_TOKEN';
      return { found: `${refused}; not tried with one, since ${missing} is not set here` };
    }
    const outcome = await dialSigned(place, callSid, BRIDGE_SECRET, TWILIO_AUTH_TOKEN);
    return outcome ?? { found: `${refused}, let in with one` };
  },
};

async function findUnsigned(place: BridgePlace, callSid: string): Promise<Finding | undefined> {
  const address = `wss://${place.host}/media-stream/${callSid}`;
  const upgrade = await settleUpgrade(place.reach.dial(address));
  if (upgrade.kind === 'failed') return explainFailedUpgrade(upgrade, address);
  if (upgrade.kind === 'opened') {
    upgrade.socket.terminate();
    return isOpenToAll(address);
  }
  return bridgeCodeOf(upgrade) === 'twilio_signature_missing'
    ? undefined
    : explainUpgrade(upgrade, address);
}

/** Has a call admitted, and dials its stream as Twilio does. Undefined where it was let in. */
async function dialSigned(
  place: BridgePlace,
  callSid: string,
  secret: string,
  authToken: string,
): Promise<Outcome | undefined> {
  const admission = await admit(place, secret, callSid);
  if (admission.kind === 'refused') return oneFinding(admission.finding);
  const { streamUrl } = admission;
  let upgrade: Upgrade | undefined;
  try {
    const other = isOtherAddress(streamUrl, place.host);
    if (other !== undefined) return oneFinding(other);
    const signature = signForTwilio(authToken, streamUrl);
    upgrade = await settleUpgrade(place.reach.dial(streamUrl, { 'X-Twilio-Signature': signature }));
    if (upgrade.kind === 'failed') return oneFinding(explainFailedUpgrade(upgrade, streamUrl));
    if (upgrade.kind === 'refused') return oneFinding(explainSignedRefusal(upgrade, streamUrl));
    return undefined;
  } finally {
    // The call ends before its socket does, so that its record has no stream that was lost.
    await release(place, secret, callSid, streamUrl);
    if (upgrade?.kind === 'opened') upgrade.socket.terminate();
  }
}
