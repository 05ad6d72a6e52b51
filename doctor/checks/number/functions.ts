import { findFunctionsAddress } from '../../../twilio-account/functions-address';
import type { Webhook } from '../../../twilio-account/pointing';
import type { Examination } from '../../examination';

/**
 * Where the Functions are, as `npm run number` finds it; undefined where they are nowhere, which is
 * for the checks of the Functions to say.
 */
export async function findFunctions(examination: Examination): Promise<string | undefined> {
  const { facts, settings, openTwilio } = examination;
  if (facts.functionsUrl !== undefined) return facts.functionsUrl;
  const url = await findFunctionsAddress(openTwilio(), settings.environment).catch(() => undefined);
  if (url !== undefined) facts.functionsUrl = url;
  return url;
}

/** True for an address below the Functions' own; also where nobody knows where they are. */
export function isBelow({ url }: Webhook, functionsUrl: string | undefined): boolean {
  return functionsUrl === undefined || url === functionsUrl || url.startsWith(`${functionsUrl}/`);
}
