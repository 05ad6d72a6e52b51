import { type ApiAnswer, type ApiRequest, notFound } from './request';

/** A number as the REST API shows it. */
export interface PhoneNumber {
  readonly sid: string;
  readonly phone_number: string;
  friendly_name: string;
  voice_url: string;
  voice_method: string;
  voice_fallback_url: string;
  voice_fallback_method: string;
  status_callback: string;
  status_callback_method: string;
  voice_application_sid: string;
  trunk_sid: string | null;
  readonly voice_receive_mode: string;
  readonly bundle_sid: string | null;
  readonly capabilities: Readonly<Record<string, boolean>>;
}

/** Parameters of an update, and the field that each sets. */
const SETTABLE = {
  VoiceUrl: 'voice_url',
  VoiceMethod: 'voice_method',
  VoiceFallbackUrl: 'voice_fallback_url',
  VoiceFallbackMethod: 'voice_fallback_method',
  StatusCallback: 'status_callback',
  StatusCallbackMethod: 'status_callback_method',
  VoiceApplicationSid: 'voice_application_sid',
  TrunkSid: 'trunk_sid',
} as const;

/** Answers what `api.twilio.com` is asked about the numbers of the account. */
export function answerNumbers(
  request: ApiRequest,
  accountSid: string,
  numbers: readonly PhoneNumber[],
): ApiAnswer {
  const base = `/2010-04-01/Accounts/${accountSid}`;
  const { method, path, query, parameters } = request;
  if (path === `${base}/IncomingPhoneNumbers.json` && method === 'GET') {
    const wanted = query.get('PhoneNumber');
    const found = numbers.filter(({ phone_number }) => wanted === null || phone_number === wanted);
    return {
      status: 200,
      body: { incoming_phone_numbers: found, next_page_uri: null, page: 0, page_size: 50 },
    };
  }
  const sid = path.startsWith(`${base}/IncomingPhoneNumbers/`)
    ? /\/(PN\w+)\.json$/.exec(path)?.[1]
    : undefined;
  const number = numbers.find((one) => one.sid === sid);
  if (number === undefined) return notFound();
  if (method === 'POST') {
    for (const [parameter, field] of Object.entries(SETTABLE)) {
      const value = parameters.get(parameter);
      if (value !== null) number[field] = value;
    }
    if (number.trunk_sid === '') number.trunk_sid = null;
  }
  return { status: 200, body: number };
}
