import { CodedError } from '@realtime-phone/protocol/errors';
import type { Config } from '../config';

/** What it takes to place calls. */
export interface OutboundSettings {
  readonly accountSid: string;
  readonly authToken: string;
  readonly from: string;
  /** Where Twilio reaches the Functions, without a slash at the end. */
  readonly functionsUrl: string;
  readonly apiUrl: string;
  /** The name of this bridge where there are several. */
  readonly node?: string;
}

/**
 * Reads it from the configuration; a bridge that only answers calls does without.
 * @throws CodedError `outbound_not_configured`, with the names of the variables that are missing.
 */
export function readOutboundSettings(config: Config, from?: string): OutboundSettings {
  const accountSid = config.TWILIO_ACCOUNT_SID;
  const caller = from ?? config.TWILIO_PHONE_NUMBER;
  const functionsUrl = config.FUNCTIONS_URL;
  if (accountSid === undefined || caller === undefined || functionsUrl === undefined) {
    const missing = [
      ['TWILIO_ACCOUNT_SID', accountSid],
      ['TWILIO_PHONE_NUMBER', caller],
      ['FUNCTIONS_URL', functionsUrl],
    ].flatMap(([name, value]) => (value === undefined ? [name] : []));
    throw new CodedError('outbound_not_configured', missing.join(', '));
  }
  return {
    accountSid,
    authToken: config.TWILIO_AUTH_TOKEN,
    from: caller,
    functionsUrl,
    apiUrl: config.TWILIO_API_URL,
    ...(config.BRIDGE_NODE === undefined ? {} : { node: config.BRIDGE_NODE }),
  };
}
