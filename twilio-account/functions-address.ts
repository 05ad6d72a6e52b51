import { isPrivateHost } from '@realtime-phone/protocol/twiml/stream-url';
import type { TwilioClient } from './client';
import { findDeployedFunctions } from './deployed-functions';
import { CommandError } from './failure';

const ROUTE =
  /^\/(stream-mode|test-mode|stream-ended|fallback|call-status|stream-status|diagnostics)\/?$/;

/**
 * Where Twilio reaches the Functions, without a slash at the end: FUNCTIONS_URL if it is set, else
 * where they are deployed; undefined if they are not.
 * @throws CommandError where FUNCTIONS_URL is no address that Twilio reaches.
 */
export async function findFunctionsAddress(
  client: TwilioClient,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const given = environment.FUNCTIONS_URL?.trim() ?? '';
  if (given === '') return (await findDeployedFunctions(client))?.url;
  const fault = findAddressFault(given);
  if (fault === undefined) return given.replace(/\/+$/, '');
  throw new CommandError(
    `FUNCTIONS_URL ${fault}. Unset it for those that npm run deploy put on Twilio, or give a public one. Example: FUNCTIONS_URL=https://functions.example.com`,
  );
}

/** What is wrong with an address of Functions that Twilio shall reach, or undefined. */
export function findAddressFault(address: string): string | undefined {
  // functions.example.com:443 would parse, with its name for a scheme.
  if (!URL.canParse(address) || !/^[a-z]+:\/\//i.test(address)) {
    return 'is no address: it begins with https://';
  }
  const { protocol, hostname, pathname, search, hash } = new URL(address);
  if (isPrivateHost(hostname)) return `leads to ${hostname}, which Twilio cannot reach`;
  if (protocol !== 'https:') return 'is not https';
  if (ROUTE.test(pathname)) return `has the path ${pathname}, which is added to it`;
  return search === '' && hash === '' ? undefined : 'has more than a host and a path';
}
