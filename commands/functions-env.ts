// Ends `npm run build`: writes .env.functions, which plain `twilio serverless:deploy` takes.
import { config as loadEnvFile } from 'dotenv';
import { readFunctionsEnv, writeFunctionsEnv } from './deploy/functions-env';
import { CommandError } from '../twilio-account/failure';

loadEnvFile({ quiet: true });
void run();

/** Bad or missing settings are no fault of a build: they are said, and the file stays as it was. */
async function run(): Promise<void> {
  try {
    const variables = readFunctionsEnv(process.env);
    await writeFunctionsEnv(process.cwd(), variables);
    process.stderr.write(`wrote .env.functions: ${Object.keys(variables).join(', ')}\n`);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    process.stderr.write(`.env.functions is not written, which only a deploy needs:\n  `);
    process.stderr.write(`${error.message.replaceAll('\n', '\n  ')}\n`);
  }
}
