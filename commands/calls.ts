// `npm run calls`: lists, shows and deletes the records of calls.
import { config as loadEnvFile } from 'dotenv';
import { HELP } from './calls/options';
import { runCalls } from './calls/run-calls';
import { runCommand } from './run-command';

loadEnvFile({ quiet: true });
void runCommand('calls', HELP, () =>
  runCalls(process.argv.slice(2), process.env, (line) => console.log(line)),
);
