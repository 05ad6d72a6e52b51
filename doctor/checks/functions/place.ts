import type { Reach } from '../../reach';
import { isLoopbackUrl, type Settings } from '../../settings';

/** True where the account can be asked. */
export function hasCredentials({ environment }: Settings): boolean {
  return (
    environment.TWILIO_ACCOUNT_SID !== undefined && environment.TWILIO_AUTH_TOKEN !== undefined
  );
}

/** True where bridge and Functions are on this machine, under whatever name. */
export function isOnThisMachine({ isTrial, environment }: Settings, reach: Reach): boolean {
  const { PUBLIC_DOMAIN } = environment;
  return isTrial || (PUBLIC_DOMAIN !== undefined && reach.isMapped(PUBLIC_DOMAIN));
}

/** True for Functions that Twilio hosts. */
export function isHostedByTwilio(functionsUrl: string): boolean {
  return new URL(functionsUrl).hostname.endsWith('.twil.io');
}

/** How what these Functions know is brought up to date. */
export function updateCommand(functionsUrl: string): string {
  if (isHostedByTwilio(functionsUrl)) return 'npm run deploy';
  return isLoopbackUrl(functionsUrl)
    ? 'start npm run functions again'
    : 'update and restart the Functions there';
}
