// `npm run tunnel`: a public address for the bridge on this machine.
import { join } from 'node:path';
import { findAccountFunctions } from './tunnel/account-functions';
import { openNgrok } from './tunnel/ngrok';
import { runTunnel } from './tunnel/run-tunnel';
import { TunnelFault } from './tunnel/tunnel-fault';

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => interrupted.abort());
}

runTunnel(process.argv.slice(2), {
  environment: process.env,
  envPath: join(process.cwd(), '.env'),
  openTunnel: openNgrok,
  findFunctions: findAccountFunctions,
  print: (line) => console.log(line),
  interrupted: interrupted.signal,
}).then(
  (exitCode) => process.exit(exitCode), // ngrok's module would keep the process
  (error: unknown) => {
    process.stderr.write(`tunnel: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(error instanceof TunnelFault ? error.exitCode : 1);
  },
);
