import type { PhoneOptions } from '../../simulator/phone/phone-call';

/** What a simulated phone has to know to call the number of a set-up. */
export type PhoneLine = Pick<
  PhoneOptions,
  'voiceUrl' | 'fallbackUrl' | 'statusCallback' | 'authToken' | 'hosts' | 'ca'
>;

/** Where the Functions are, as a number points at them. */
export function describeLine(functionsUrl: string, authToken: string) {
  return {
    voiceUrl: `${functionsUrl}/stream-mode`,
    fallbackUrl: `${functionsUrl}/fallback`,
    statusCallback: `${functionsUrl}/call-status`,
    authToken,
  };
}
