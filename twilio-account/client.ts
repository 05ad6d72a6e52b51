import twilio from 'twilio';
import { CommandError } from './failure';

/** The account's SID and token, as they stand in the environment. */
export interface Credentials {
  readonly accountSid: string;
  readonly authToken: string;
}

/** A client of Twilio's REST API. */
export type TwilioClient = ReturnType<typeof twilio>;

/**
 * Reads the credentials of the account.
 * @throws CommandError that names every variable that is missing or ill-shaped.
 */
export function readCredentials(environment: NodeJS.ProcessEnv): Credentials {
  const { TWILIO_ACCOUNT_SID: accountSid = '', TWILIO_AUTH_TOKEN: authToken = '' } = environment;
  const faults: string[] = [];
  if (!/^AC[0-9a-f]{32}$/i.test(accountSid)) {
    const wrong = accountSid === '' ? 'is missing' : 'is no account SID';
    faults.push(`TWILIO_ACCOUNT_SID ${wrong}. Example: AC0123456789abcdef0123456789abcdef`);
  }
  if (!/^[0-9a-f]{32}$/i.test(authToken)) {
    const wrong = authToken === '' ? 'is missing' : 'is no auth token';
    faults.push(
      `TWILIO_AUTH_TOKEN ${wrong}. It has 32 hex digits and stands below the SID in the Twilio console`,
    );
  }
  if (faults.length > 0) throw new CommandError(faults.join('\n'));
  return { accountSid, authToken };
}

/**
 * Opens a client; nothing is asked yet.
 * @param limitMs how long Twilio may take to answer a request.
 * @throws CommandError where the credentials are missing or ill-shaped.
 */
export function openTwilio(environment: NodeJS.ProcessEnv, limitMs = 15_000): TwilioClient {
  const { accountSid, authToken } = readCredentials(environment);
  return twilio(accountSid, authToken, { autoRetry: false, timeout: limitMs });
}
