import type { IncomingPhoneNumberInstance } from 'twilio/lib/rest/api/v2010/account/incomingPhoneNumber';
import type { TwilioClient } from './client';
import { CommandError, explainTwilio } from './failure';

/** A number of the account. */
export type OwnedNumber = IncomingPhoneNumberInstance;

const LISTED = 20;

/**
 * Finds the number in the account.
 * @throws CommandError that names the account's numbers, where this is none of them.
 */
export async function findOwnedNumber(
  client: TwilioClient,
  phoneNumber: string,
): Promise<OwnedNumber> {
  try {
    const found = await client.incomingPhoneNumbers.list({ phoneNumber, limit: LISTED });
    // Twilio matches parts of a number too.
    const number = found.find((one) => one.phoneNumber === phoneNumber);
    if (number !== undefined) return number;
    const others = await client.incomingPhoneNumbers.list({ limit: LISTED + 1 });
    throw new CommandError(explainAbsence(phoneNumber, others));
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
