import {
  listOwnedNumbers,
  lookUpNumber,
  type OwnedNumber,
} from '../../../twilio-account/owned-number';
import { readPointing } from '../../../twilio-account/pointing';
import { type Check, type Finding, oneFinding, type Outcome } from '../../check';
import type { Examination } from '../../examination';
import { findingOfFailure } from '../account/failure';
import { findFunctions, isBelow } from './functions';

const NAMED = 5;

/** The number in the account. Where none is given, the one that can only be meant. */
export const checkExists: Check = {
  id: 'number.exists',
  title: 'Number',
  needs: ['config.number', 'account.status'],
  run: async (examination) => {
    try {
      return await look(examination);
    } catch (error) {
      return oneFinding(findingOfFailure(error));
    }
  },
};

async function look(examination: Examination): Promise<Outcome> {
  const { settings, facts, openTwilio } = examination;
  const { phoneNumber } = settings;
  const client = openTwilio();
  const named = phoneNumber === undefined ? undefined : await lookUpNumber(client, phoneNumber);
  const all = named === undefined ? await listOwnedNumbers(client) : [];
  const meant = phoneNumber === undefined ? await choose(all, examination) : named;
  if (meant === undefined) return oneFinding(explain(phoneNumber, all));
  facts.number = meant;
  const { phoneNumber: shown, friendlyName } = meant;
  const name = friendlyName === '' || friendlyName === shown ? '' : ` ${friendlyName}`;
  return {
    found: `${shown}${name}${phoneNumber === undefined ? ', which no variable names' : ''}`,
  };
}

/** The only number of the account, or the only one that points at the Functions. */
async function choose(
  all: readonly OwnedNumber[],
  examination: Examination,
): Promise<OwnedNumber | undefined> {
  if (all.length === 1) return all[0];
  const url = await findFunctions(examination);
  const ours = all.filter((one) => {
    const { voice } = readPointing(one);
    return url !== undefined && voice !== undefined && isBelow(voice, url);
  });
  return ours.length === 1 ? ours[0] : undefined;
}

function explain(phoneNumber: string | undefined, all: readonly OwnedNumber[]): Finding {
  const names = all.slice(0, NAMED).map((one) => one.phoneNumber);
  const list = `${names.join(', ')}${all.length > NAMED ? ' and more' : ''}`;
  if (all.length === 0) {
    return {
      level: 'fault',
      id: 'account-without-number',
      found:
        phoneNumber === undefined
          ? 'the account has no number'
          : `${phoneNumber} is not in this account, which has no number`,
      why: 'there is nothing that can be called',
      remedy:
        'buy a number with voice in the Twilio console, under Phone Numbers, or take the credentials of the account that has it',
    };
  }
  if (phoneNumber === undefined) {
    return {
      level: 'fault',
      id: 'number-not-given',
      found: `no number is given, and the account has several: ${list}`,
      why: 'nobody knows which of them is meant, so what callers hear cannot be examined',
      remedy: `set TWILIO_PHONE_NUMBER, or run npm run doctor -- --number ${names[0] ?? '+15550100100'}`,
    };
  }
  return {
    level: 'fault',
    id: 'number-not-in-account',
    found: `${phoneNumber} is not in this account, which has ${list}`,
    why: 'its calls go wherever another account sends them, or nowhere',
    remedy:
      'set TWILIO_PHONE_NUMBER to a number of this account, or take the credentials of the account that has it',
  };
}
