import type { TwilioClient } from './client';
import { explainTwilio } from './failure';

/** The name under which `npm run deploy` keeps the Functions in the account. */
export const SERVICE_NAME = 'realtime-phone';

/** The suffix of the environment that is deployed to. */
const SUFFIX = 'dev';

/** Functions that Twilio serves. */
export interface DeployedFunctions {
  readonly serviceSid: string;
  readonly environmentSid: string;
  /** Without a slash at the end. */
  readonly url: string;
}

/** A variable of the deployed Functions that was set. */
export interface VariableChange {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string;
}

/**
 * Finds the deployed Functions, or gives undefined where there are none.
 * @throws CommandError where Twilio cannot be asked.
 */
export async function findDeployedFunctions(
  client: TwilioClient,
): Promise<DeployedFunctions | undefined> {
  try {
    const services = await client.serverless.v1.services.list();
    const service = services.find(({ uniqueName }) => uniqueName === SERVICE_NAME);
    if (service === undefined) return undefined;
    const environments = await client.serverless.v1.services(service.sid).environments.list();
    const environment = environments.find(({ domainSuffix }) => domainSuffix === SUFFIX);
    // An environment without a build is a deploy that did not come to its end: nothing is served.
    if (!environment?.buildSid) return undefined;
    return {
      serviceSid: service.sid,
      environmentSid: environment.sid,
      url: `https://${environment.domainName}`,
    };
  } catch (error) {
    throw explainTwilio(error);
  }
}

/**
 * The newest build of the Functions, whether it came to be served or not; undefined if there is none.
 * @throws CommandError where Twilio cannot be asked.
 */
export async function findNewestBuild(
  client: TwilioClient,
): Promise<{ readonly sid: string; readonly status: string } | undefined> {
  try {
    const services = await client.serverless.v1.services.list();
    const service = services.find(({ uniqueName }) => uniqueName === SERVICE_NAME);
    if (service === undefined) return undefined;
    const [newest] = await client.serverless.v1.services(service.sid).builds.list({ limit: 1 });
    return newest;
  } catch (error) {
    throw explainTwilio(error);
  }
}

/**
 * The names of all variables that the deployed Functions have.
 * @throws CommandError where Twilio cannot be asked.
 */
export async function listVariables(
  client: TwilioClient,
  { serviceSid, environmentSid }: DeployedFunctions,
): Promise<readonly string[]> {
  try {
    const environment = client.serverless.v1.services(serviceSid).environments(environmentSid);
    return (await environment.variables.list()).map(({ key }) => key);
  } catch (error) {
    throw explainTwilio(error);
  }
}

/**
 * Sets variables of the deployed Functions; they hold from the next request on, without a deploy.
 * @returns each with its value before.
 * @throws CommandError where Twilio refuses.
 */
export async function setVariables(
  client: TwilioClient,
  { serviceSid, environmentSid }: DeployedFunctions,
  variables: Readonly<Record<string, string>>,
): Promise<readonly VariableChange[]> {
  const context = client.serverless.v1.services(serviceSid).environments(environmentSid);
  try {
    const present = await context.variables.list();
    const changes: VariableChange[] = [];
    for (const [name, after] of Object.entries(variables)) {
      const known = present.find(({ key }) => key === name);
      if (known === undefined) await context.variables.create({ key: name, value: after });
      else if (known.value !== after) await context.variables(known.sid).update({ value: after });
      changes.push({ name, before: known?.value, after });
    }
    return changes;
  } catch (error) {
    throw explainTwilio(error);
  }
}
