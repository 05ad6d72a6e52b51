import { callingCodeOf } from '../../../twilio-account/calling-code';
import type { TwilioClient } from '../../../twilio-account/client';
import { readTwilioFailure } from '../../../twilio-account/failure';
import { type Check, type Finding, skip } from '../../check';
import type { Settings } from '../../settings';
import { whyUnreadable } from './failure';

/** A number that may be called, and what for. */
interface Callee {
  readonly name: string;
  readonly phoneNumber: string;
  readonly why: string;
}

/**
 * Whether the account may call where it will have to. Calls that come in need no such permission.
 * Source: https://www.twilio.com/docs/voice/api/dialingpermissions-country-resource
 */
export const checkGeography: Check = {
  id: 'account.geography',
  title: 'Countries that may be called',
  needs: ['account.status'],
  run: async ({ openTwilio, settings }) => {
    const callees = listCallees(settings);
    if (callees.length === 0) return skip('no number is set that might be called');
    const client = openTwilio();
    try {
      const asked = await Promise.all(callees.map((callee) => ask(client, callee)));
      const findings = asked.flatMap(({ finding }) => finding ?? []);
      const found =
        findings.length === 0 ? asked.map((one) => one.found) : findings.map((one) => one.found);
      return { found: [...new Set(found)].join('; '), findings };
    } catch (error) {
      return skip(`they cannot be read: ${whyUnreadable(readTwilioFailure(error))}`);
    }
  },
};

function listCallees({ environment, phoneNumber }: Settings): readonly Callee[] {
  const { FALLBACK_MODE, FALLBACK_NUMBER } = environment;
  return [
    {
      name: 'FALLBACK_NUMBER',
      phoneNumber: FALLBACK_MODE === 'dial' ? (FALLBACK_NUMBER ?? '') : '',
      why: 'a caller whom the bridge cannot take is not put through (13227)',
    },
    {
      name: 'the country of the number',
      phoneNumber: phoneNumber ?? '',
      why: 'calls that come in are not touched; one that is placed there is refused (21215)',
    },
  ].filter((one) => /^\+[1-9]\d{6,14}$/.test(one.phoneNumber));
}

async function ask(
  client: TwilioClient,
  { name, phoneNumber, why }: Callee,
): Promise<{ readonly found: string; readonly finding?: Finding }> {
  const countryCode = callingCodeOf(phoneNumber);
  const countries = await client.voice.v1.dialingPermissions.countries.list({
    countryCode,
    limit: 50,
  });
  const shown = countries.map((one) => one.name).join(', ');
  if (countries.length === 0) return { found: `+${countryCode}: Twilio names no country` };
  // Some codes have several countries; which one the number is in cannot be told by the code.
  const isAllowed = countries.some((one) => one.lowRiskNumbersEnabled);
  if (isAllowed) return { found: `+${countryCode} (${shown})` };
  return {
    found: '',
    finding: {
      level: 'warning',
      id: 'country-not-allowed',
      twilioCode: 21215,
      found: `the account may not call +${countryCode} (${shown}): ${name}`,
      why,
      remedy: `allow it in the Twilio console, under Voice → Settings → Geo permissions`,
    },
  };
}
