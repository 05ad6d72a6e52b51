import type { Call } from './call';
import { rounded } from './journal';
import { WebhookFailure } from './webhook';

/** A status callback to send. */
export interface StatusCallback {
  readonly source: 'call' | 'stream';
  readonly event: string;
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Sends a status callback, without keeping the call waiting. Callbacks of a call go out one after
 * another, in order; Twilio does not promise that.
 */
export function sendStatus(call: Call, callback: StatusCallback): void {
  const previous = [...call.pending].at(-1) ?? Promise.resolve();
  const sent = previous
    .then(() => send(call, callback))
    .finally(() => {
      call.pending.delete(sent);
    });
  call.pending.add(sent);
}

/** Tells the number's status callback that the call is over. */
export function sendCallCompleted(call: Call): void {
  const { statusCallback, statusCallbacksBefore } = call.settings;
  if (statusCallback === undefined) return;
  const { journal } = call;
  const lastedMs = journal.nowMs() - (call.answeredAtMs ?? journal.nowMs());
  const durationS = Math.round(lastedMs / 1000);
  sendStatus(call, {
    source: 'call',
    event: 'completed',
    url: statusCallback,
    method: 'POST',
    parameters: {
      ...call.parameters(),
      CallDuration: String(durationS),
      Duration: String(Math.ceil(durationS / 60)),
      CallbackSource: 'call-progress-events',
      SequenceNumber: String(statusCallbacksBefore),
      Timestamp: new Date(journal.unixMs()).toUTCString().replace('GMT', '+0000'),
    },
  });
}

async function send(call: Call, callback: StatusCallback): Promise<void> {
  const { source, event, url, method, parameters } = callback;
  const { journal } = call;
  const atMs = rounded(journal.nowMs());
  let status: number | null = null;
  try {
    ({ status } = await call.webhook.send({ url, method, parameters }));
    if (status < 200 || status > 299) journal.fault(11200, `${url} answered ${status} to ${event}`);
  } catch (problem) {
    if (!(problem instanceof WebhookFailure)) throw problem;
    journal.fault(problem.code, `${event}: ${problem.message}`);
  }
  call.statusEvents.push({ source, event, atMs, url, status, parameters });
  journal.note('status-callback', `${event} told to ${url}: ${status ?? 'no answer'}`, { event });
}
