import { randomUUID } from 'node:crypto';
import { signForTwilio } from '@realtime-phone/protocol/twilio-signature';
import { Agent } from 'undici';
import { findDestination, type Hosts } from './hosts';
import { targetOf } from './request-target';
import { describe, type TwilioCode, webhookCodeOf } from './twilio-faults';

/** Twilio's limit for a TCP connection: two tries of 5 s. */
const CONNECT_MS = 10_000;
const MAX_REDIRECTS = 10;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

export interface WebhookRequest {
  /** Absolute. */
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly parameters: Readonly<Record<string, string>>;
}

export interface WebhookAnswer {
  /** Where the answer came from, after redirects. */
  readonly url: string;
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: Buffer;
  /** From the request to the last byte of the answer, redirects included. */
  readonly ms: number;
}

/** There was no HTTP answer; `code` is Twilio's. */
export class WebhookFailure extends Error {
  readonly code: TwilioCode;

  constructor(code: TwilioCode, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'WebhookFailure';
    this.code = code;
  }
}

export interface WebhookSettings {
  readonly authToken: string;
  readonly hosts: Hosts;
  readonly webhookTimeoutMs: number;
  /** Authorities that are trusted beside the usual ones, PEM. */
  readonly ca?: string;
}

/** Sends requests as Twilio does: form posts, signed over address and parameters. */
export class Webhook {
  readonly #settings: WebhookSettings;
  // No connection is kept: each webhook is a request of its own, as with Twilio.
  readonly #agent: Agent;

  constructor(settings: WebhookSettings) {
    this.#settings = settings;
    const { ca } = settings;
    this.#agent = new Agent({
      pipelining: 0,
      connect: { timeout: CONNECT_MS, ...(ca === undefined ? {} : { ca }) },
    });
  }

  /**
   * Sends one request and follows redirects; every HTTP status is an answer.
   * Source: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
   * @throws WebhookFailure if no answer came.
   */
  async send(wanted: WebhookRequest): Promise<WebhookAnswer> {
    const startedMs = performance.now();
    const limit = AbortSignal.timeout(this.#settings.webhookTimeoutMs);
    let next: WebhookRequest = wanted;
    for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
      const answer = await this.#sendOnce(next, limit);
      if (answer.location === undefined) {
        return { ...answer, ms: Math.round(performance.now() - startedMs) };
      }
      const url = new URL(answer.location, next.url).href;
      // RFC 9110 section 15.4: only 307 and 308 keep the method.
      next =
        answer.status >= 307
          ? { ...next, url }
          : { url, method: 'GET', parameters: next.parameters };
    }
    throw new WebhookFailure(11215, `more than ${MAX_REDIRECTS} redirects from ${wanted.url}`);
  }

  /** Frees the connections. */
  async close(): Promise<void> {
    await this.#agent.close();
  }

  async #sendOnce({ url, method, parameters }: WebhookRequest, limit: AbortSignal) {
    const posted = method === 'POST' ? parameters : {};
    const { prefix, path } = targetOf(url, method === 'GET' ? parameters : {});
    const { url: real, host } = findDestination(new URL(url), this.#settings.hosts);
    try {
      const { statusCode, headers, body } = await this.#agent.request({
        origin: real.origin,
        path,
        method,
        signal: limit,
        headers: {
          host,
          accept: '*/*',
          'user-agent': 'TwilioProxy/1.1',
          'i-twilio-idempotency-token': randomUUID(),
          'x-twilio-signature': signForTwilio(this.#settings.authToken, prefix + path, posted),
          ...(method === 'POST' && {
            'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
          }),
        },
        ...(method === 'POST' && { body: new URLSearchParams(posted).toString() }),
      });
      const location = [301, 302, 303, 307, 308].includes(statusCode)
        ? first(headers.location)
        : undefined;
      return {
        url,
        location,
        status: statusCode,
        contentType: first(headers['content-type']),
        body: await readBody(body),
      };
    } catch (problem) {
      const detail = limit.aborted
        ? `no answer from ${url} within ${this.#settings.webhookTimeoutMs} ms`
        : `${url}: ${describe(problem)}`;
      const code = limit.aborted ? 11205 : webhookCodeOf(problem);
      throw new WebhookFailure(code, detail, { cause: problem });
    }
  }
}

async function readBody(body: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) continue;
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new Error(`the answer is over ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
