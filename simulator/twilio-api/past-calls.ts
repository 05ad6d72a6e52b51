import { type ApiAnswer, type ApiRequest, notFound } from './request';

/** A call that is over, as the REST API shows it, with what belongs to it. */
export interface RecordedCall {
  readonly sid: string;
  readonly status?: string;
  readonly direction?: string;
  readonly from?: string;
  readonly to?: string;
  readonly start: Date;
  readonly durationS?: number;
  readonly notifications?: readonly {
    readonly code: number;
    readonly atMs: number;
    readonly level?: 'error' | 'warning';
    readonly message?: string;
    readonly url?: string;
  }[];
  readonly events?: readonly {
    readonly url: string;
    readonly atMs: number;
    readonly status: number;
    readonly body?: string;
  }[];
}

/**
 * Answers what is asked about calls: one, the list, the notifications and the events of one.
 * Sources: https://www.twilio.com/docs/voice/api/call-resource,
 * https://www.twilio.com/docs/voice/api/call-notification-resource and
 * https://www.twilio.com/docs/voice/api/call-event-resource
 */
export function answerPastCalls(
  { path, method, query }: ApiRequest,
  accountSid: string,
  calls: readonly RecordedCall[],
): ApiAnswer | undefined {
  const base = `/2010-04-01/Accounts/${accountSid}/Calls`;
  if (method !== 'GET' || !path.startsWith(base)) return undefined;
  if (path === `${base}.json`) {
    const wanted = query.get('Status');
    const newest = [...calls]
      .filter(({ status = 'completed' }) => wanted === null || status === wanted)
      .sort((a, b) => b.start.getTime() - a.start.getTime());
    return page(
      'calls',
      newest.map((call) => showCall(call, accountSid)),
    );
  }
  const [, sid = '', part] = /^\/(CA\w+)(?:\/(Notifications|Events))?\.json$/.exec(
    path.slice(base.length),
  ) ?? [undefined];
  const call = calls.find((one) => one.sid === sid);
  if (call === undefined) return notFound();
  if (part === 'Notifications') return page('notifications', showNotifications(call));
  if (part === 'Events') return page('events', showEvents(call));
  return { status: 200, body: showCall(call, accountSid) };
}

function page(name: string, items: readonly object[]): ApiAnswer {
  return { status: 200, body: { [name]: items, next_page_uri: null, page: 0, page_size: 50 } };
}

function showCall(call: RecordedCall, accountSid: string): object {
  const { sid, start, durationS = 10 } = call;
  const status = call.status ?? 'completed';
  return {
    sid,
    account_sid: accountSid,
    status,
    direction: call.direction ?? 'inbound',
    from: call.from ?? '+15550100001',
    to: call.to ?? '+15550100002',
    date_created: stamp(start, 0),
    start_time: stamp(start, 0),
    end_time: status === 'in-progress' ? null : stamp(start, durationS * 1_000),
    duration: String(durationS),
    price: null,
    answered_by: null,
  };
}

function showNotifications({ sid, start, notifications = [] }: RecordedCall): object[] {
  return notifications.map(({ code, atMs, level = 'error', message = 'it failed', url = '' }) => ({
    call_sid: sid,
    error_code: String(code),
    log: level === 'error' ? '0' : '1',
    message_date: stamp(start, atMs),
    date_created: stamp(start, atMs),
    message_text: new URLSearchParams({ Msg: message, ErrorCode: String(code) }).toString(),
    more_info: `https://www.twilio.com/docs/errors/${code}`,
    request_method: 'POST',
    request_url: url,
  }));
}

function showEvents({ sid, start, events = [] }: RecordedCall): object[] {
  return events.map(({ url, atMs, status, body = '' }) => ({
    request: { method: 'POST', url, parameters: { call_sid: sid, call_token: 'a secret' } },
    response: {
      response_code: status,
      request_duration: 40,
      content_type: 'text/xml',
      response_body: body,
      date_created: stamp(start, atMs),
    },
  }));
}

/** RFC 2822, to the second, as Twilio writes it. */
function stamp(start: Date, afterMs: number): string {
  return new Date(start.getTime() + afterMs).toUTCString().replace('GMT', '+0000');
}
