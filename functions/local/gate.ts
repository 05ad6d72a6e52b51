import type { IncomingMessage } from 'node:http';
import { CodedError } from '../../protocol/errors';
import { fitsTwilioSignature } from '../../protocol/twilio-signature';
import { readForm } from './form';
import type { Route } from './routes';

/** What the gate knows. */
export interface GateOptions {
  readonly authToken: string;
  /** The addresses over which Twilio may have signed, without a trailing slash. */
  readonly urls: readonly string[];
  readonly routes: ReadonlyMap<string, Route>;
}

/** A request that was refused, and the status it gets. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly remedy: string;

  constructor(status: number, code: string, message: string, remedy: string) {
    super(message);
    this.name = 'Refused';
    this.status = status;
    this.code = code;
    this.remedy = remedy;
  }
}

/**
 * Does what Twilio's own gateway does in front of `.protected` Functions: lets in only what Twilio
 * signed with the auth token, and answers 400 to the rest.
 * Source: https://www.twilio.com/docs/serverless/functions-assets/visibility
 * @throws Refused or CodedError.
 */
export function checkRequest(
  { authToken, urls, routes }: GateOptions,
  { method = '', url = '/', headers }: IncomingMessage,
  body: Buffer,
): void {
  const path = url.split('?')[0] ?? '/';
  const route = routes.get(path);
  if (route === undefined || route.access === 'private')
    throw new CodedError('route_unknown', path);
  if (!['GET', 'POST'].includes(method)) throw new CodedError('method_not_allowed', method);
  if (route.access !== 'protected') return;

  const parameters = method === 'POST' ? readForm(headers['content-type'], body) : {};
  const signature = headers['x-twilio-signature'];
  if (typeof signature !== 'string' || signature === '') {
    throw new Refused(
      400,
      'twilio_signature_missing',
      'the request has no X-Twilio-Signature',
      'only Twilio, or the simulated phone, may ask here; check that a proxy keeps the header',
    );
  }
  if (!urls.some((base) => fitsTwilioSignature(authToken, signature, base + url, parameters))) {
    throw new Refused(
      400,
      'twilio_signature_invalid',
      'X-Twilio-Signature does not fit',
      'FUNCTIONS_URL must be the address that Twilio asked, letter for letter, and TWILIO_AUTH_TOKEN the primary token',
    );
  }
}
