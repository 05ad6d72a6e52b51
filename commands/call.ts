// `npm run call`: a simulated call.
import { config as loadEnvFile } from 'dotenv';
import { runCallCommand } from '../simulator/phone/command/run-call';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
process.once('SIGTERM', () => interrupted.abort());

loadEnvFile({ quiet: true });
runCallCommand(process.argv.slice(2), {
  environment: process.env,
  print: (line) => console.log(line),
  tell: (line) => process.stderr.write(`${line}\n`),
  interrupted: interrupted.signal,
}).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    process.stderr.write(`call: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
