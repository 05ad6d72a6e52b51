import type { OwnedNumber } from '../../twilio-account/owned-number';
import {
  aimAt,
  compare,
  type Pointing,
  type PointingChange,
  readMode,
  readOverrides,
  readPointing,
} from '../../twilio-account/pointing';
import type { Result } from '../check';

/** What would be set on the number. */
export interface Plan {
  readonly number: OwnedNumber;
  readonly wanted: Pointing;
  readonly changes: readonly PointingChange[];
}

/**
 * Plans what is safe to set: the voice address, the fallback and the status callback. The mode that
 * the number is in stays, and so does a query of its voice address, as in `?agent=concierge`.
 * @returns a sentence where there is nothing that could be set.
 */
export function planFix(
  results: readonly Result[],
  number: OwnedNumber | undefined,
  functionsUrl: string | undefined,
): Plan | string {
  const broken = results.find(
    ({ id, state }) => state === 'fault' && !/^number\.(voice-address|overrides|voice)$/.test(id),
  );
  if (broken !== undefined) return `nothing can be set before this holds: ${broken.found}`;
  if (number === undefined) return 'there is no number that could be set';
  const [override] = readOverrides(number);
  if (override !== undefined) {
    const what = override.kind === 'trunk' ? 'SIP trunk' : 'TwiML app';
    return `the ${what} ${override.sid} wins over what would be set here, and taking the number off it is for you to decide: npm run number -- stream ${number.phoneNumber} --clear-overrides`;
  }
  if (functionsUrl === undefined) {
    return 'no Functions are deployed in this account, so there is nothing to point the number at: npm run deploy comes first';
  }
  const before = readPointing(number);
  const wanted = keepQuery(before, aimAt(functionsUrl, readMode(before.voice) ?? 'stream'));
  return { number, wanted, changes: compare(before, wanted, []) };
}

function keepQuery(before: Pointing, wanted: Pointing): Pointing {
  const { voice } = wanted;
  if (voice === undefined || readMode(before.voice) === undefined) return wanted;
  const { pathname, search, hash } = new URL(before.voice?.url ?? voice.url);
  const base = voice.url.slice(0, voice.url.lastIndexOf('/'));
  return { ...wanted, voice: { ...voice, url: `${base}${pathname}${search}${hash}` } };
}
