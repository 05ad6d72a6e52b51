import {
  describeWebhook,
  type Override,
  type Pointing,
  readFlow,
  readMode,
  readOverrides,
  readPointing,
} from '../../../twilio-account/pointing';
import type { TwilioClient } from '../../../twilio-account/client';
import { type Check, type Finding, oneFinding } from '../../check';

/** What wins over the voice address in silence: a trunk, a TwiML app, a flow in its place. */
export const checkOverrides: Check = {
  id: 'number.overrides',
  title: 'Nothing wins over the voice address',
  needs: ['number.voice', 'number.region'],
  run: async ({ openTwilio, facts }) => {
    const { number } = facts;
    if (number === undefined) return { found: 'no number' };
    facts.pointing = readPointing(number);
    const [override] = readOverrides(number);
    if (override?.kind === 'application') {
      // An app that leads to the Functions is a way to point a number at them too.
      const pointing = await readApplication(openTwilio(), override.sid);
      if (readMode(pointing?.voice) !== undefined) {
        facts.pointing = pointing;
        return { found: `the TwiML app ${override.sid}, which leads to a Function` };
      }
      return oneFinding(explain(override, number.phoneNumber, describeWebhook(pointing?.voice)));
    }
    if (override !== undefined) return oneFinding(explain(override, number.phoneNumber, undefined));
    const flow = readFlow(facts.pointing.voice);
    return flow === undefined
      ? { found: 'no trunk, no TwiML app, no Studio flow' }
      : oneFinding(explainFlow(flow, number.phoneNumber));
  },
};

/** Undefined where the app is not there or cannot be read. */
async function readApplication(client: TwilioClient, sid: string): Promise<Pointing | undefined> {
  return client
    .applications(sid)
    .fetch()
    .then(readPointing)
    .catch(() => undefined);
}

function explain({ kind, sid }: Override, phoneNumber: string, voice: string | undefined): Finding {
  const remedy = `npm run number -- stream ${phoneNumber} --clear-overrides takes the number off it and points it at the Functions`;
  if (kind === 'trunk') {
    return {
      level: 'fault',
      id: 'number-on-trunk',
      found: `${phoneNumber} is on the SIP trunk ${sid}`,
      why: 'Twilio hands its calls to the trunk and never asks the voice address: nothing of this product is reached',
      remedy,
    };
  }
  return {
    level: 'fault',
    id: 'number-on-application',
    found: `${phoneNumber} is on the TwiML app ${sid}, whose voice address is ${voice ?? 'nowhere'}`,
    why: 'Twilio asks the app and ignores the voice address of the number: nothing of this product is reached',
    remedy,
  };
}

function explainFlow(flow: string, phoneNumber: string): Finding {
  return {
    level: 'fault',
    id: 'number-on-studio-flow',
    found: `${phoneNumber} points at the Studio flow ${flow}`,
    why: 'the flow answers its calls: nothing of this product is reached, unless the flow itself redirects there',
    remedy: `npm run number -- stream ${phoneNumber}, or npm run doctor -- --fix`,
  };
}
