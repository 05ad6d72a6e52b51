// `npm run call`: a simulated caller who dials in, or a call that the bridge places.
import { config as loadEnvFile } from 'dotenv';
import { runCallCommand } from '../simulator/phone/command/run-call';
import { isOutbound, OUTBOUND_HELP } from './call/outbound-options';
import { runOutboundCommand } from './call/run-outbound';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
process.once('SIGTERM', () => interrupted.abort());

loadEnvFile({ quiet: true });
const args = process.argv.slice(2);
const asksForHelp = args.includes('--help');
const run = isOutbound(args) && !asksForHelp ? runOutboundCommand : runCallCommand;
run(args, {
  environment: process.env,
  print: (line) => console.log(line),
  tell: (line) => process.stderr.write(`${line}\n`),
  interrupted: interrupted.signal,
}).then(
  (exitCode) => {
    if (asksForHelp) console.log(OUTBOUND_HELP);
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    process.stderr.write(`call: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
