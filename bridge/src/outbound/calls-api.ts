import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '@realtime-phone/protocol/errors';
import { TwilioRefusal } from './refusal';
import type { OutboundSettings } from './settings';

/** A call as Twilio took it. */
export interface TakenCall {
  readonly callSid: string;
  /** Twilio's CallStatus, `queued` as a rule. */
  readonly status: string;
}

/** What is asked of Twilio. */
export interface WantedCall {
  readonly callId: string;
  readonly to: string;
  readonly machineDetection: boolean;
}

const ANSWER_MS = 10_000;
/** What Twilio did not process may be asked again; four times in all, over some 4 s. */
const BACKOFF_MS = [500, 1_000, 2_000] as const;
const MAX_RETRY_AFTER_MS = 5_000;
const MAX_ANSWER_CHARACTERS = 65_536;

/**
 * Has Twilio place a call. Only a refusal for too many requests is tried again: Twilio has not
 * processed those, while after a lost answer nobody knows whether the phone rings.
 * Source: https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource and
 * https://www.twilio.com/docs/api/errors/20429
 * @throws TwilioRefusal, or CodedError `twilio_busy` or `twilio_unreachable`.
 */
export async function createCall(
  settings: OutboundSettings,
  wanted: WantedCall,
  onRetry: (afterMs: number) => void,
): Promise<TakenCall> {
  for (const waitMs of [...BACKOFF_MS, undefined]) {
    const answer = await ask(settings, describeCall(settings, wanted));
    const { code, sid, status, message } = answer.fields;
    if (answer.httpStatus >= 200 && answer.httpStatus < 300 && typeof sid === 'string') {
      return { callSid: sid, status: typeof status === 'string' ? status : 'queued' };
    }
    if (answer.httpStatus === 429 || code === 20429) {
      if (waitMs === undefined) break;
      // Two bridges that were refused at one time shall not come back at one time.
      const afterMs = Math.max(answer.retryAfterMs, Math.round(waitMs * (0.5 + Math.random())));
      onRetry(afterMs);
      await sleep(afterMs);
      continue;
    }
    throw new TwilioRefusal(
      answer.httpStatus,
      typeof code === 'number' ? code : undefined,
      typeof message === 'string' ? message.slice(0, 200) : '',
    );
  }
  throw new CodedError('twilio_busy', `asked ${BACKOFF_MS.length + 1} times`);
}

/** The Functions ask the node that has the call's variables: it says so in all its addresses. */
function describeCall({ from, functionsUrl, node }: OutboundSettings, wanted: WantedCall) {
  const onNode = node === undefined ? '' : `?node=${node}`;
  const form = new URLSearchParams({
    To: wanted.to,
    From: from,
    Url: `${functionsUrl}/stream-mode?call_id=${wanted.callId}${onNode.replace('?', '&')}`,
    FallbackUrl: `${functionsUrl}/fallback${onNode}`,
    StatusCallback: `${functionsUrl}/call-status${onNode}`,
  });
  for (const event of ['initiated', 'ringing', 'answered', 'completed'])
    form.append('StatusCallbackEvent', event);
  if (wanted.machineDetection) {
    // The end of the machine's greeting is what counts: only then can a message be left.
    form.set('MachineDetection', 'DetectMessageEnd');
    form.set('AsyncAmd', 'true');
    form.set('AsyncAmdStatusCallback', `${functionsUrl}/call-status${onNode}`);
  }
  return form;
}

async function ask({ apiUrl, accountSid, authToken }: OutboundSettings, form: URLSearchParams) {
  try {
    const response = await fetch(`${apiUrl}/2010-04-01/Accounts/${accountSid}/Calls.json`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: form.toString(),
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const seconds = Number(response.headers.get('retry-after') ?? 0);
    return {
      httpStatus: response.status,
      retryAfterMs: Number.isFinite(seconds)
        ? Math.min(Math.max(seconds, 0) * 1_000, MAX_RETRY_AFTER_MS)
        : 0,
      fields: readFields((await response.text()).slice(0, MAX_ANSWER_CHARACTERS)),
    };
  } catch (error) {
    const { name, cause } = Object(error) as { name?: unknown; cause?: { code?: unknown } }; // may have neither
    const why = name === 'TimeoutError' ? `no answer in ${ANSWER_MS} ms` : cause?.code;
    throw new CodedError('twilio_unreachable', typeof why === 'string' ? why : undefined, {
      cause: error,
    });
  }
}

function readFields(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}; // from JSON
  } catch {
    return {};
  }
}
