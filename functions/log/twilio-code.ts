import { FAULTS } from '../../protocol/errors';
import { describeTwilioError } from '../../protocol/twilio-errors/catalogue';

/** A stream's error that has no code here: Twilio's words are in the same line, as `streamError`. */
export function explainUnknown() {
  const { message: cause, remedy } = FAULTS.twilio_stream_error;
  return { code: 'twilio_stream_error', cause, remedy };
}

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
