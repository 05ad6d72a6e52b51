import { openTwilio, readCredentials } from '../../twilio-account/client';
import {
  findDeployedFunctions,
  findNewestBuild,
  listVariables,
} from '../../twilio-account/deployed-functions';
import { CommandError } from '../../twilio-account/failure';
import { readBridgeAddress } from './bridge-address';
import { AGAIN } from './broken-deploy';
import { readFunctionsEnv, writeFunctionsEnv } from './functions-env';
import { uploadFunctions } from './upload';

const ROUTES = [
  '/stream-mode',
  '/test-mode',
  '/stream-ended',
  '/fallback',
  '/call-status',
  '/stream-status',
];

/**
 * `npm run deploy`: checks everything that can be checked before, then deploys the Functions.
 * @param root the folder with dist/, assets/, package.json and .twilioserverlessrc.
 * @param interrupted aborted by Ctrl-C.
 * @throws CommandError where it cannot be; nothing that was served has changed then.
 */
export async function runDeploy(
  root: string,
  environment: NodeJS.ProcessEnv,
  print: (line: string) => void,
  interrupted: AbortSignal,
): Promise<void> {
  const credentials = readCredentials(environment);
  const variables = readFunctionsEnv(environment);
  const client = openTwilio(environment);
  const before = await findDeployedFunctions(client);
  const buildBefore = await findNewestBuild(client);
  print(
    before === undefined
      ? 'account         no Functions are deployed yet'
      : `account         replaces what is at ${before.url}`,
  );
  const { note } = readBridgeAddress(environment);
  if (note !== undefined) print(`note            ${note}`);
  if (interrupted.aborted) throw new CommandError('The deploy was interrupted before it began.');
  await writeFunctionsEnv(root, variables);
  print(`variables       .env.functions: ${Object.keys(variables).join(', ')}`);
  print(
    'deploying       dist/functions and assets, with twilio-run; Twilio builds for a minute or so …',
  );
  try {
    await uploadFunctions(root, credentials, environment, interrupted);
  } catch (error) {
    // twilio-run says nothing of a build that failed; Twilio does.
    const build = await findNewestBuild(client).catch(() => undefined);
    if (build?.status !== 'failed' || build.sid === buildBefore?.sid) throw error;
    throw new CommandError(
      `Twilio could not build the Functions (82003 or 20001): most often package.json names a version that its platform does not list. ${AGAIN}`,
      1,
      { cause: error },
    );
  }
  const deployed = await findDeployedFunctions(client);
  if (deployed === undefined) {
    throw new CommandError(
      'twilio-run says that it deployed, and Twilio serves nothing. Run npm run deploy again; the console shows the service realtime-phone.',
    );
  }
  print(`deployed        ${deployed.url}`);
  for (const route of ROUTES)
    print(`  POST ${deployed.url}${route}   (only Twilio, by its signature)`);
  print(`  GET  ${deployed.url}/diagnostics   (public)`);
  print(`bridge          ${variables.BRIDGE_URL ?? ''}`);
  const others = (await listVariables(client, deployed)).filter((name) => !(name in variables));
  if (others.length > 0) {
    print(
      `note            also set on Twilio, and left as they are: ${others.join(', ')}. The console deletes them`,
    );
  }
  print('');
  print('Next:');
  print(`  1. open ${deployed.url}/diagnostics: it says whether the bridge accepts the Functions`);
  print(
    '  2. npm run number -- test +1…     then call the number: you should hear the test message',
  );
  print('  3. npm run number -- stream +1…   then call again and talk to the agent');
}
