import { describeTwilioError } from '@realtime-phone/protocol/twilio-errors/catalogue';
import { readTwilioFailure, type TwilioFailure } from '../../../twilio-account/failure';
import type { Finding } from '../../check';

/** Twilio's codes for an account that may do nothing. */
export const NOT_ACTIVE_CODES: readonly (number | undefined)[] = [10001, 20005];

/** What it means that Twilio did not answer a question of the doctor's, or not with what was asked. */
export function findingOfFailure(error: unknown): Finding {
  const failure = readTwilioFailure(error);
  const { kind, code, status, detail } = failure;
  if (kind === 'unreachable') {
    return {
      level: 'fault',
      id: 'twilio-unreachable',
      isAside: true,
      found: `Twilio's API cannot be reached from here: ${detail}`,
      why: 'nothing can be known of the account and the number; calls may work all the same',
      remedy: 'check the network here, and HTTP_PROXY if one is set; then run npm run doctor again',
    };
  }
  const known = code === undefined ? undefined : describeTwilioError(code);
  return {
    level: 'fault',
    id: 'twilio-refuses',
    // A Twilio that has troubles of its own says nothing of what was configured here.
    ...(status === 429 || (status ?? 0) >= 500 ? { isAside: true } : {}),
    ...(code === undefined ? {} : { twilioCode: code }),
    found: `Twilio answers ${[status, known?.name ?? detail].filter(Boolean).join(', ')}`,
    why: 'what was asked for cannot be known',
    remedy: known?.remedy ?? 'run npm run doctor again; see https://status.twilio.com if it stays',
  };
}

/** What cannot be read and breaks nothing, in a line. */
export function whyUnreadable({ kind, code, status, detail }: TwilioFailure): string {
  return kind === 'unreachable' ? detail : `Twilio answers ${String(code ?? status ?? detail)}`;
}
