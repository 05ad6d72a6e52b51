// `npm run doctor`: names the broken link of a set-up.
import { config as loadEnvFile } from 'dotenv';
import { loadNativeServer } from '../bridge/src/server/native-server';
import { HELP } from '../doctor/options';
import { runDoctor } from '../doctor/run-doctor';
import { makeConfirm } from './doctor/ask';
import { findModelOfAgent } from './doctor/model-of-agent';
import { findVariableFaults } from './doctor/variable-faults';
import { runCommand } from './run-command';

loadEnvFile({ quiet: true });
const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());

void runCommand('doctor', HELP, async () => {
  process.exitCode = await runDoctor(process.argv.slice(2), {
    environment: process.env,
    print: (line) => console.log(line),
    findVariableFaults,
    findNativeFault: () => {
      const native = loadNativeServer();
      return native.uws === undefined ? native.cause : undefined;
    },
    folder: process.cwd(),
    confirm: makeConfirm(),
    findModel: findModelOfAgent,
    interrupted: interrupted.signal,
  });
});
