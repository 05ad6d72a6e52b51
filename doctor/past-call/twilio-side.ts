import { maskPhoneNumber } from '@realtime-phone/protocol/masked-number';
import { checkTwiml } from '@realtime-phone/protocol/twiml/check';
import type { TwilioClient } from '../../twilio-account/client';
import { explainTwilio } from '../../twilio-account/failure';
import type { Exchange, Notice, Source, TwilioCall } from './evidence';

/** Twilio is asked no longer than this. */
const LIMIT_MS = 8_000;
const NEWEST = 20;
/** Calls that came to nothing, by Twilio's CallStatus. */
const FAILED = ['failed', 'busy', 'no-answer'] as const;

/** What Twilio tells of a call. */
export interface TwilioSide {
  readonly call: TwilioCall | undefined;
  readonly notices: readonly Notice[];
  readonly exchanges: readonly Exchange[];
  readonly sources: Readonly<Record<'twilioCall' | 'notifications' | 'events', Source>>;
}

type OpenTwilio = () => TwilioClient;

/**
 * Asks Twilio for the call, its notifications and its events; what cannot be had is said. Never throws.
 * Sources: https://www.twilio.com/docs/voice/api/call-resource and call-event-resource
 */
export async function readTwilioSide(open: OpenTwilio, callSid: string): Promise<TwilioSide> {
  const [call, notices, exchanges] = await Promise.all([
    attempt(async () => {
      const one = await open().calls(callSid).fetch();
      const times = { startedAtMs: timeOf(one.startTime), endedAtMs: timeOf(one.endTime) };
      const { status, direction } = one;
      const [from, to] = [maskPhoneNumber(one.from), maskPhoneNumber(one.to)];
      return { status, direction, from, to, ...times, durationS: Number(one.duration) || 0 };
    }),
    attempt(async () => {
      const listed = await open().calls(callSid).notifications.list({ limit: 50 });
      return listed.map((one): Notice => ({
        atMs: timeOf(one.messageDate) ?? timeOf(one.dateCreated) ?? 0,
        code: Number(one.errorCode),
        text: (new URLSearchParams(one.messageText).get('Msg') ?? '').slice(0, 200),
        url: placeOf(one.requestUrl),
      }));
    }),
    attempt(async () => {
      const listed = await open().calls(callSid).events.list({ limit: 50 });
      return listed.map(({ request, response }) => readExchange(request, response));
    }),
  ]);
  const unknown = call.status === 404;
  return {
    call: call.value,
    notices: notices.value ?? [],
    exchanges: exchanges.value ?? [],
    sources: {
      twilioCall: sourceOf(call, unknown, (one) => `${one.status}, ${one.durationS} s`),
      notifications: sourceOf(notices, unknown, (list) => `${list.length}`),
      events: sourceOf(exchanges, unknown, (list) =>
        list.length > 0 ? `${list.length}` : '0: Twilio shows them 15 minutes after a call',
      ),
    },
  };
}

/** The calls that failed lately by Twilio's word: busy, not answered or failed. Never throws. */
export async function listFailedCalls(open: OpenTwilio) {
  const listed = await attempt(async () => {
    const client = open();
    const lists = await Promise.all(
      FAILED.map((status) => client.calls.list({ status, limit: NEWEST })),
    );
    const recent = await client.calls.list({ status: 'completed', limit: NEWEST });
    const noted = await Promise.all(
      recent.map(async (call) => {
        const errors = await client.calls(call.sid).notifications.list({ log: 0, limit: 1 });
        return errors.length > 0 ? [call] : [];
      }),
    );
    return [...lists.flat(), ...noted.flat()].map(({ sid, startTime, dateCreated }) => ({
      callSid: sid,
      atMs: timeOf(startTime) ?? timeOf(dateCreated) ?? 0,
    }));
  });
  return {
    failed: listed.value ?? [],
    source: sourceOf(listed, false, (list) => `${list.length} that failed`),
  };
}

/** An address without what may be secret: its query, its user. */
export function placeOf(address: unknown): string {
  if (typeof address !== 'string' || !URL.canParse(address)) return '';
  const { origin, host, protocol, pathname } = new URL(address);
  return `${origin === 'null' ? `${protocol}//${host}` : origin}${pathname}`;
}

interface Attempt<T> {
  readonly value?: T;
  readonly status?: number;
  readonly fault?: string;
}

async function attempt<T>(ask: () => Promise<T>): Promise<Attempt<T>> {
  let limit: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    limit = setTimeout(() => reject(new Error(`timeout: ${LIMIT_MS / 1_000} s`)), LIMIT_MS);
  });
  try {
    return { value: await Promise.race([ask(), late]) };
  } catch (error) {
    const { status } = Object(error) as { status?: unknown }; // may have none
    return {
      fault: explainTwilio(error).message.split('\n').join('; '),
      ...(typeof status === 'number' ? { status } : {}),
    };
  } finally {
    clearTimeout(limit);
  }
}

function sourceOf<T>(
  { value, status, fault }: Attempt<T>,
  isUnknown: boolean,
  describe: (value: T) => string,
): Source {
  if (isUnknown || status === 404)
    return { state: 'unknown call', found: 'Twilio has no such call in this account' };
  if (value === undefined) return { state: 'not had', found: fault ?? 'no answer' };
  return { state: 'read', found: describe(value) };
}

function timeOf(date: Date | null | undefined): number | undefined {
  const ms = date?.getTime() ?? NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function readExchange(request: unknown, response: unknown): Exchange {
  const { url } = fieldsOf(request);
  const { response_code, response_body, content_type, date_created } = fieldsOf(response);
  const body = typeof response_body === 'string' ? response_body : '';
  const contentType = typeof content_type === 'string' ? { contentType: content_type } : {};
  const isTwiml = body.includes('<Response');
  return {
    atMs: typeof date_created === 'string' ? Date.parse(date_created) || 0 : 0,
    url: placeOf(url),
    status: Number(response_code) || 0,
    findings: isTwiml ? checkTwiml({ body, ...contentType }).findings : [],
    hasStream: /<Stream\b/.test(body),
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return Object(value) as Record<string, unknown>; // whatever it is, its fields are looked at
}
