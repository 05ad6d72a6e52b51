import type { TwilioClient } from './client';
import { CommandError, explainTwilio } from './failure';
import type { OwnedNumber } from './owned-number';
import type { Override, Pointing } from './pointing';

/**
 * Points a number there, and takes it off these overrides. One request sets everything: Twilio takes
 * it whole or not at all.
 * Source: https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
 * @throws CommandError where Twilio refuses, or breaks off before its answer.
 */
export async function pointNumber(
  client: TwilioClient,
  number: OwnedNumber,
  { voice, fallback, statusCallback }: Pointing,
  overrides: readonly Override[] = [],
): Promise<OwnedNumber> {
  const has = (kind: Override['kind']) => overrides.some((one) => one.kind === kind);
  try {
    return await client.incomingPhoneNumbers(number.sid).update({
      voiceUrl: voice?.url ?? '',
      voiceMethod: voice?.method ?? 'POST',
      voiceFallbackUrl: fallback?.url ?? '',
      voiceFallbackMethod: fallback?.method ?? 'POST',
      statusCallback: statusCallback?.url ?? '',
      statusCallbackMethod: statusCallback?.method ?? 'POST',
      ...(has('trunk') ? { trunkSid: '' } : {}),
      ...(has('application') ? { voiceApplicationSid: '' } : {}),
    });
  } catch (error) {
    const { message, exitCode } = explainTwilio(error);
    throw new CommandError(
      `${message} The number has either all of this or nothing: npm run number -- show ${number.phoneNumber} tells.`,
      exitCode,
      { cause: error },
    );
  }
}
