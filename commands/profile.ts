// `npm run profile`: where the bridge spends its time under load.
import { join } from 'node:path';
import { HELP, readProfileOptions } from '../bench/profile/options';
import { runProfile } from '../bench/profile/run-profile';
import { runCommand } from './run-command';

/** This file becomes dist/commands/profile.js. */
const root = join(__dirname, '../..');

void runCommand('profile', HELP, () =>
  runProfile(readProfileOptions(process.argv.slice(2)), root, (line) => console.log(line)),
);
