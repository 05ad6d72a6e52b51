import type { OwnedNumber } from './owned-number';

/** Which Function answers a call. */
export type Mode = 'stream' | 'test';

/** An address that Twilio asks, and how. */
export interface Webhook {
  readonly url: string;
  readonly method: string;
}

/** What a number points at; undefined where it points at nothing. */
export interface Pointing {
  readonly voice: Webhook | undefined;
  readonly fallback: Webhook | undefined;
  readonly statusCallback: Webhook | undefined;
}

/** What is put between the phone and the voice address, and wins over it. */
export interface Override {
  readonly kind: 'trunk' | 'application';
  readonly sid: string;
}

/** One field of a number that is not as it shall be. */
export interface PointingChange {
  readonly field: keyof Pointing | Override['kind'];
  readonly before: string | undefined;
  readonly after: string | undefined;
}

const FIELDS = ['voice', 'fallback', 'statusCallback'] as const;
const FLOW = /^https:\/\/webhooks\.twilio\.com\/v1\/Accounts\/AC\w+\/Flows\/(FW\w+)/;

/** The addresses of a number, or of a TwiML app, which has the same. */
type Addresses = Pick<
  OwnedNumber,
  | 'voiceUrl'
  | 'voiceMethod'
  | 'voiceFallbackUrl'
  | 'voiceFallbackMethod'
  | 'statusCallback'
  | 'statusCallbackMethod'
>;

/** Reads what the number, or the app, points at now. */
export function readPointing(number: Addresses): Pointing {
  return {
    voice: webhook(number.voiceUrl, number.voiceMethod),
    fallback: webhook(number.voiceFallbackUrl, number.voiceFallbackMethod),
    statusCallback: webhook(number.statusCallback, number.statusCallbackMethod),
  };
}

/** What the number points at in this mode of ours. */
export function aimAt(functionsUrl: string, mode: Mode): Pointing {
  const post = (path: string): Webhook => ({ url: `${functionsUrl}${path}`, method: 'POST' });
  return {
    voice: post(`/${mode}-mode`),
    fallback: post('/fallback'),
    statusCallback: post('/call-status'),
  };
}

/**
 * Reads what wins over the voice address: the trunk over all, then the application.
 * Source: https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
 */
export function readOverrides(number: OwnedNumber): readonly Override[] {
  const all = [
    { kind: 'trunk', sid: number.trunkSid },
    { kind: 'application', sid: number.voiceApplicationSid },
  ] as const;
  // Twilio's answer has null where there is none, whatever the types say.
  return all.filter(({ sid }) => Boolean(sid));
}

/** The Studio flow at this voice address, or undefined. */
export function readFlow(voice: Webhook | undefined): string | undefined {
  return FLOW.exec(voice?.url ?? '')?.[1];
}

/** Which mode of ours a voice address is, or undefined if it is none. */
export function readMode(voice: Webhook | undefined): Mode | undefined {
  if (voice === undefined || !URL.canParse(voice.url)) return undefined;
  const { pathname, searchParams } = new URL(voice.url);
  if (pathname === '/test-mode') return 'test';
  if (pathname !== '/stream-mode') return undefined;
  return searchParams.get('test_mode') === 'true' ? 'test' : 'stream';
}

/** What must change for the number to point there and nowhere else. */
export function compare(
  before: Pointing,
  after: Pointing,
  overrides: readonly Override[],
): readonly PointingChange[] {
  return [
    ...overrides.map(({ kind, sid }) => ({ field: kind, before: sid, after: undefined })),
    ...FIELDS.map((field) => ({
      field,
      before: describeWebhook(before[field]),
      after: describeWebhook(after[field]),
    })).filter((change) => change.before !== change.after),
  ];
}

/** Method and address, or undefined. */
export function describeWebhook(one: Webhook | undefined): string | undefined {
  return one === undefined ? undefined : `${one.method} ${one.url}`;
}

function webhook(url: string | null, method: string | null): Webhook | undefined {
  return url ? { url, method: method ?? 'POST' } : undefined;
}
