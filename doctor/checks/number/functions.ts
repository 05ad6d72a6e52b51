import { findFunctionsAddress } from '../../../twilio-account/functions-address';
import type { Webhook } from '../../../twilio-account/pointing';
import type { Examination } from '../../examination';

/**
 * Where the Functions are, as `npm run number` finds it; undefined where they are nowhere, which is
 * for the checks of the Functions to say.
 */
export async function findFunctions(examination: Examination): Promise<string | undefined> {
  const { facts, settings, openTwilio } = examination;
  facts.soughtFunctions ??= findFunctionsAddress(openTwilio(), settings.environment).catch(
    () => undefined,
  );
  return facts.soughtFunctions;
}

/** True for an address below the Functions' own; also where nobody knows where they are. */
export function isBelow({ url }: Webhook, functionsUrl: string | undefined): boolean {
  return functionsUrl === undefined || url === functionsUrl || url.startsWith(`${functionsUrl}/`);
}
