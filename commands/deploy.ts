// `npm run deploy`: the Functions, on Twilio.
import { config as loadEnvFile } from 'dotenv';
import { runDeploy } from './deploy/run-deploy';
import { CommandError } from '../twilio-account/failure';
import { runCommand } from './run-command';

const HELP = `npm run deploy

Deploys the Functions and assets to Twilio, next to the number: builds, writes .env.functions with
only the variables that the Functions need, and runs twilio-run's deploy. It may be run as often as
you like; each run replaces what is there. It has no options; where everything is stands in
.twilioserverlessrc, so that after npm run build plain twilio serverless:deploy does the same.

Read from the environment and .env: TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, BRIDGE_SECRET, BRIDGE_URL
(or PUBLIC_DOMAIN), and what else the Functions take (docs/VARIABLES.md).`;

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // A Ctrl-C comes twice, from the terminal and from npm, and the second must not end this before its sentence.
  process.on(signal, () => interrupted.abort());
}

loadEnvFile({ quiet: true });
void runCommand('deploy', HELP, () => {
  const [unknown] = process.argv.slice(2);
  if (unknown !== undefined) {
    throw new CommandError(`${unknown} is no option of this command, which has none but --help`, 2);
  }
  return runDeploy(process.cwd(), process.env, console.log, interrupted.signal);
});
