import { type ApiAnswer, type ApiRequest, notFound } from './request';

/** What an account is, apart from its numbers. */
export interface AccountState {
  readonly status: 'active' | 'suspended' | 'closed';
  readonly type: 'Full' | 'Trial';
  /** The account above it, of a sub-account; otherwise its own. */
  readonly ownerSid: string;
  /** As Twilio writes it, a decimal fraction; undefined where it has none of its own. */
  readonly balance: string | undefined;
  readonly countries: readonly Country[];
  readonly applications: readonly Application[];
  /** The region that takes the calls of a number, by number; us1 where it is not named. */
  readonly voiceRegions: Readonly<Record<string, string>>;
  /** The state of regulatory bundles, by SID. */
  readonly bundles: Readonly<Record<string, string>>;
}

/** A country that may be called or not. */
export interface Country {
  readonly iso: string;
  readonly name: string;
  readonly codes: readonly string[];
  readonly isAllowed: boolean;
}

/** A TwiML app. */
export interface Application {
  readonly sid: string;
  readonly voiceUrl: string;
  readonly voiceMethod?: string;
  readonly voiceFallbackUrl?: string;
  readonly statusCallback?: string;
}

/** An account in good order. */
export function fillAccount(accountSid: string, given: Partial<AccountState>): AccountState {
  return {
    status: 'active',
    type: 'Full',
    ownerSid: accountSid,
    balance: '42.50',
    countries: [
      { iso: 'US', name: 'United States', codes: ['1'], isAllowed: true },
      { iso: 'GB', name: 'United Kingdom', codes: ['44'], isAllowed: true },
    ],
    applications: [],
    voiceRegions: {},
    bundles: {},
    ...given,
  };
}

/**
 * Answers what is asked about the account itself, on whichever host; undefined where it is not about
 * that.
 * Sources: https://www.twilio.com/docs/iam/api/account,
 * https://www.twilio.com/docs/voice/api/dialingpermissions-country-resource,
 * https://www.twilio.com/docs/usage/api/applications,
 * https://www.twilio.com/docs/global-infrastructure/inbound-processing-region-api-phone-number and
 * https://www.twilio.com/docs/phone-numbers/regulatory/api/bundles
 */
export function answerState(
  { host, path, query, method }: ApiRequest,
  accountSid: string,
  state: AccountState,
): ApiAnswer | undefined {
  if (method !== 'GET') return undefined;
  const last = decodeURIComponent(path.split('/').at(-1) ?? '').replace(/\.json$/, '');
  if (host === 'voice.twilio.com' && path === '/v1/DialingPermissions/Countries') {
    return listCountries(state.countries, query.get('CountryCode'));
  }
  if (host === 'routes.twilio.com' && path.startsWith('/v2/PhoneNumbers/')) {
    const voice_region = state.voiceRegions[last] ?? 'us1';
    return { status: 200, body: { phone_number: last, account_sid: accountSid, voice_region } };
  }
  if (
    host === 'numbers.twilio.com' &&
    path.startsWith('/v2/RegulatoryCompliance/Bundles/') &&
    state.bundles[last] !== undefined
  ) {
    return { status: 200, body: { sid: last, status: state.bundles[last] } };
  }
  return host === 'api.twilio.com' ? answerApi(path, last, accountSid, state) : undefined;
}

function answerApi(
  path: string,
  last: string,
  accountSid: string,
  { status, type, ownerSid, balance, applications }: AccountState,
): ApiAnswer | undefined {
  const base = `/2010-04-01/Accounts/${accountSid}`;
  if (path === `${base}.json`) {
    return {
      status: 200,
      body: {
        sid: accountSid,
        owner_account_sid: ownerSid,
        status,
        type,
        friendly_name: 'an account',
      },
    };
  }
  // A sub-account has no balance of its own. That this is a 404 is assumed.
  if (path === `${base}/Balance.json` && balance === undefined) return notFound();
  if (path === `${base}/Balance.json`) {
    return { status: 200, body: { account_sid: accountSid, balance, currency: 'USD' } };
  }
  if (!path.startsWith(`${base}/Applications/`)) return undefined;
  const application = applications.find(({ sid }) => sid === last);
  if (application === undefined) return notFound();
  return {
    status: 200,
    body: {
      sid: application.sid,
      friendly_name: 'an app',
      voice_url: application.voiceUrl,
      voice_method: application.voiceMethod ?? 'POST',
      voice_fallback_url: application.voiceFallbackUrl ?? '',
      voice_fallback_method: 'POST',
      status_callback: application.statusCallback ?? '',
      status_callback_method: 'POST',
    },
  };
}

function listCountries(countries: readonly Country[], code: string | null): ApiAnswer {
  const content = countries
    .filter(({ codes }) => code === null || codes.includes(code))
    .map(({ iso, name, codes, isAllowed }) => ({
      iso_code: iso,
      name,
      continent: '',
      country_codes: codes,
      low_risk_numbers_enabled: isAllowed,
      high_risk_special_numbers_enabled: false,
      high_risk_tollfraud_numbers_enabled: false,
    }));
  return {
    status: 200,
    body: { content, meta: { key: 'content', page: 0, page_size: 50, next_page_url: null } },
  };
}
