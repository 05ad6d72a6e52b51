import { createHmac, timingSafeEqual } from 'node:crypto';

/** Form parameters as posted; a repeated name has an array. */
export type FormParameters = Readonly<Record<string, string | readonly string[]>>;

/**
 * The `X-Twilio-Signature` of a request: base64 HMAC-SHA1, keyed with the primary auth token, over
 * the address and, for a form post, each parameter's name and value in the order of the names.
 * A WebSocket upgrade has no parameters, and its address begins with `wss://`.
 * Source: https://www.twilio.com/docs/usage/security#validating-requests
 */
export function signForTwilio(
  authToken: string,
  url: string,
  parameters: FormParameters = {},
): string {
  let text = url;
  for (const name of Object.keys(parameters).sort()) {
    const value = parameters[name] ?? '';
    const values = typeof value === 'string' ? [value] : [...new Set(value)].sort();
    for (const one of values) text += name + one;
  }
  return createHmac('sha1', authToken).update(text, 'utf8').digest('base64');
}

/**
 * True if the signature fits, compared in constant time.
 * @param authTokens any of which may have signed; there are two while one is being changed.
 */
export function fitsTwilioSignature(
  authTokens: string | readonly string[],
  signature: string,
  url: string,
  parameters: FormParameters = {},
): boolean {
  const given = Buffer.from(signature);
  return [authTokens].flat().some((authToken) => {
    const expected = Buffer.from(signForTwilio(authToken, url, parameters));
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
}
