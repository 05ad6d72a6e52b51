// `npm run number`: what a number of the account points at.
import { config as loadEnvFile } from 'dotenv';
import { HELP } from './number/options';
import { runNumber } from './number/run-number';
import { runCommand } from './run-command';

loadEnvFile({ quiet: true });
void runCommand('number', HELP, () =>
  runNumber(process.argv.slice(2), process.env, (line) => console.log(line)),
);
