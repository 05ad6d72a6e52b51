import { signForTwilio } from '@realtime-phone/protocol/twilio-signature';
import type { Answer, Reach } from '../reach';

/** A form post to one of the Functions. */
export interface FormPost {
  readonly url: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Undefined for a post that nobody signed. */
  readonly authToken: string | undefined;
}

/**
 * Posts a form as Twilio does; what is signed was made here, all of it.
 * @throws Unreachable where no answer came.
 */
export function postForm(reach: Reach, { url, parameters, authToken }: FormPost): Promise<Answer> {
  return reach.ask({
    url,
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      ...(authToken === undefined
        ? {}
        : { 'x-twilio-signature': signForTwilio(authToken, url, parameters) }),
    },
    body: new URLSearchParams(parameters).toString(),
  });
}
