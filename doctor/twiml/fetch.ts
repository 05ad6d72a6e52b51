import { describeTwilioError } from '@realtime-phone/protocol/twilio-errors/catalogue';
import {
  Webhook,
  type WebhookAnswer,
  WebhookFailure,
} from '@realtime-phone/simulator/phone/webhook';
import type { Finding } from '../check';
import type { Examination } from '../examination';
import { readVoiceParameters } from './voice-parameters';

/** Twilio's limit for a webhook. */
const WEBHOOK_MS = 15_000;

/** What an address gave, or why it gave nothing. */
export type Fetched =
  { readonly answer: WebhookAnswer; readonly body: string } | { readonly fault: Finding };

/** What is asked. */
export interface FetchRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly callSid: string;
}

/**
 * Asks for TwiML as Twilio does: form post or query, signed over address and parameters, redirects
 * followed. Nothing that a caller sent is signed: all of it is made here. Never throws on what the
 * server does.
 */
export async function fetchTwiml(
  { settings, reach }: Pick<Examination, 'settings' | 'reach'>,
  { url, method, callSid }: FetchRequest,
): Promise<Fetched> {
  const webhook = new Webhook({
    authToken: settings.environment.TWILIO_AUTH_TOKEN ?? '',
    hosts: reach.hosts,
    webhookTimeoutMs: WEBHOOK_MS,
    ...(reach.ca === undefined ? {} : { ca: reach.ca }),
  });
  try {
    const parameters = readVoiceParameters(settings, callSid);
    const answer = await webhook.send({ url, method, parameters });
    const body = answer.body.toString('utf8');
    const fault = judgeStatus(answer, body);
    return fault === undefined ? { answer, body } : { fault };
  } catch (error) {
    if (!(error instanceof WebhookFailure)) throw error;
    return { fault: nameFailure(url, error) };
  } finally {
    await webhook.close();
  }
}

function nameFailure(url: string, { code, message }: WebhookFailure): Finding {
  const { cause, remedy } = describeTwilioError(code);
  return {
    level: 'fault',
    id: code === 11215 ? 'twiml-redirects' : 'twiml-unreachable',
    twilioCode: code,
    found: message.includes(url) ? message : `${url}: ${message}`,
    why: `${cause}; the caller hears an error message, or the fallback of the number`,
    remedy,
  };
}

function judgeStatus({ url, status, contentType }: WebhookAnswer, body: string) {
  const said = body.replace(/\s+/g, ' ').trim().slice(0, 160);
  if (status === 400 || status === 401 || status === 403) {
    return fault(
      'twiml-refused',
      `${url} refused with ${status}${said === '' ? '' : `: ${said}`}`,
      'set TWILIO_AUTH_TOKEN to the primary auth token of the account that has the number; a server of your own must check the signature over exactly this address',
    );
  }
  if (status < 200 || status > 299) {
    return fault(
      'twiml-status',
      `${url} answered ${status}${said === '' ? '' : `: ${said}`}`,
      status === 404
        ? 'correct the voice address: npm run number -- stream +1… sets it'
        : 'look into the log of that server for this request',
    );
  }
  if (contentType !== undefined) return undefined;
  if (body.trim() === '') return emptyAnswer(url);
  return fault(
    'twiml-content-type-missing',
    `the answer of ${url} has no Content-Type`,
    'send Content-Type: text/xml',
  );
}

function emptyAnswer(url: string): Finding {
  return {
    ...fault(
      'twiml-empty',
      `${url} answered with nothing`,
      'answer with TwiML; <Response/> at least',
    ),
    twilioCode: 11770,
  };
}

function fault(id: string, found: string, remedy: string): Finding {
  return {
    level: 'fault',
    id,
    twilioCode: 11200,
    found,
    why: 'Twilio gets no TwiML: the caller hears an error message, or the fallback of the number',
    remedy,
  };
}
