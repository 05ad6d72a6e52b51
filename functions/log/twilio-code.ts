import { describeTwilioError } from '../../protocol/twilio-errors/catalogue';

/** One of Twilio's error codes in words, as fields of a log line. */
export function explainCode(code: number | string) {
  const { name, cause, remedy, url } = describeTwilioError(code);
  return { twilioCode: code, twilioError: name, cause, remedy, url };
}
