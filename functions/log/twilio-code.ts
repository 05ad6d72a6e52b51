import { describeTwilioError } from '../../protocol/twilio-errors/catalogue';

/** One of Twilio's error codes in words, as fields of a log line. */
export function explainCode(code: number | string) {
  const { code: number, name, cause, remedy, url } = describeTwilioError(code);
  return {
    twilioCode: Number.isNaN(number) ? code : number,
    twilioError: name,
    cause,
    remedy,
    url,
  };
}
