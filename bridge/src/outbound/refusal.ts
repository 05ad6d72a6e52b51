import { CodedError } from '@realtime-phone/protocol/errors';
import { describeTwilioError } from '@realtime-phone/protocol/twilio-errors/catalogue';

/** Twilio's refusal of a call, by its own code and explained in words. */
export class TwilioRefusal extends CodedError {
  /** Twilio's number, or undefined where its answer had none. */
  readonly twilioCode: number | undefined;
  /** What to do about it. */
  readonly remedy: string;

  constructor(status: number, twilioCode: number | undefined, says: string) {
    if (twilioCode === undefined) {
      super('twilio_refused', `HTTP ${status} ${says}`.trim());
      this.remedy = 'see that TWILIO_API_URL is Twilio’s REST API, and not a proxy’s page';
    } else {
      const { name, cause, remedy, known } = describeTwilioError(twilioCode);
      super('twilio_refused', `${twilioCode} ${name}: ${known ? cause : says || cause}`);
      this.remedy = remedy;
    }
    this.twilioCode = twilioCode;
  }
}
