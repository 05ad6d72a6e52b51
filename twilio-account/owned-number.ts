import type { IncomingPhoneNumberInstance } from 'twilio/lib/rest/api/v2010/account/incomingPhoneNumber';
import type { TwilioClient } from './client';
import { CommandError, explainTwilio } from './failure';

/** A number of the account. */
export type OwnedNumber = IncomingPhoneNumberInstance;

const LISTED = 20;

/** The numbers of the account, the first twenty-one: more are not named one by one. */
export function listOwnedNumbers(client: TwilioClient): Promise<readonly OwnedNumber[]> {
  return client.incomingPhoneNumbers.list({ limit: LISTED + 1 });
}

/** The number, or undefined where it is not in the account. */
export async function lookUpNumber(
  client: TwilioClient,
  phoneNumber: string,
): Promise<OwnedNumber | undefined> {
  const found = await client.incomingPhoneNumbers.list({ phoneNumber, limit: LISTED });
  // Twilio matches parts of a number too.
  return found.find((one) => one.phoneNumber === phoneNumber);
}

/**
 * Finds the number in the account.
 * @throws CommandError that names the account's numbers, where this is none of them.
 */
export async function findOwnedNumber(
  client: TwilioClient,
  phoneNumber: string,
): Promise<OwnedNumber> {
  try {
    const number = await lookUpNumber(client, phoneNumber);
    if (number !== undefined) return number;
    throw new CommandError(explainAbsence(phoneNumber, await listOwnedNumbers(client)));
  } catch (error) {
    throw explainTwilio(error);
  }
}

function explainAbsence(phoneNumber: string, others: readonly OwnedNumber[]): string {
  if (others.length === 0) {
    return `${phoneNumber} is not in this account, which has no number yet: buy one in the Twilio console, under Phone Numbers.`;
  }
  const names = others.slice(0, LISTED).map((one) => `  ${one.phoneNumber}   ${one.friendlyName}`);
  if (others.length > LISTED) names.push('  … and more');
  return `${phoneNumber} is not in this account: take one of its own, or the credentials of the account that has it. Its numbers are:\n${names.join('\n')}`;
}
