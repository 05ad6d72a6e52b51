import type { DeployedFunctions } from './deployed-address';
import { askPublicDomain, findLocalBridge } from './local-bridge';
import type { TunnelOptions } from './options';
import { has, type Place } from './place';

/** What is left to do, one sentence each, now that the host is set. */
export async function nextSteps(
  host: string,
  before: string | undefined,
  options: TunnelOptions,
  functions: DeployedFunctions | undefined,
  { port, environment }: Place,
): Promise<string[]> {
  const steps: string[] = [];
  const running = await askPublicDomain(port, environment.ADMIN_TOKEN);
  const isThere = running !== undefined || (await findLocalBridge(port)) === 'bridge';
  if (running !== undefined && running !== host) {
    steps.push(
      `The bridge that runs still has PUBLIC_DOMAIN=${running} and would refuse every stream: end it with Ctrl-C and start it again with npm run bridge`,
    );
  } else if (running === undefined && before !== host) {
    steps.push(
      isThere
        ? `The host has changed: a bridge that was started before still has ${before ?? 'another'} and would refuse every stream: end it with Ctrl-C and start it again with npm run bridge`
        : `The bridge behind https://${host} must have PUBLIC_DOMAIN=${host} too: set it there and restart it`,
    );
  }
  if (has(environment.BRIDGE_URL) && environment.BRIDGE_URL !== `https://${host}`) {
    steps.push(
      `.env still has BRIDGE_URL=${String(environment.BRIDGE_URL)}, which the next deploy would send: take it out, for https://${host} is sent without it`,
    );
  }
  if (options.functions && functions === undefined) {
    steps.push('Deploy the Functions: npm run deploy');
  }
  steps.push('Look at the number, then call it: npm run number -- show +1…');
  return steps;
}
