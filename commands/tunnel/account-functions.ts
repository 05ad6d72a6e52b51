import { openTwilio } from '../../twilio-account/client';
import { findDeployedFunctions, setVariables } from '../../twilio-account/deployed-functions';
import type { DeployedFunctions } from './deployed-address';

/**
 * The Functions that are deployed in the account of this environment; undefined if there are none.
 * @throws CommandError where the credentials are no good or Twilio cannot be asked.
 */
export async function findAccountFunctions(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<DeployedFunctions | undefined> {
  const client = openTwilio(environment);
  const deployed = await findDeployedFunctions(client);
  if (deployed === undefined) return undefined;
  return {
    url: deployed.url,
    setVariable: async (name, value) => {
      const [change] = await setVariables(client, deployed, { [name]: value });
      return change?.before;
    },
  };
}
