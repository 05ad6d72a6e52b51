// `npm run tunnel` with another carrier and other Functions, told by variables: a process of its
// own, since the authority of a test's certificate is given to Node at its start.
import { join } from 'node:path';
import { runTunnel } from '../../tunnel/run-tunnel';

const { TUNNEL_HOST = '', FUNCTIONS = 'none' } = process.env;
const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
const print = (line: string) => void process.stdout.write(`${line}\n`);

runTunnel(process.argv.slice(2), {
  environment: process.env,
  envPath: join(process.cwd(), '.env'),
  openTunnel: ({ port }) =>
    Promise.resolve({
      host: TUNNEL_HOST,
      carrier: `another carrier to ${port}`,
      close: () => {
        print('carrier closed');
        return Promise.resolve();
      },
    }),
  findFunctions: () => {
    if (FUNCTIONS === 'none') return Promise.resolve(undefined);
    if (FUNCTIONS === 'refused') return Promise.reject(new Error('Twilio knows no such token'));
    return Promise.resolve({
      url: 'https://realtime-phone-1234-dev.twil.io',
      setVariable: () =>
        FUNCTIONS === 'stuck'
          ? Promise.reject(new Error('Twilio answered 500; try again'))
          : Promise.resolve('https://old.example.com'),
    });
  },
  print,
  interrupted: interrupted.signal,
}).then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(error instanceof Error && 'exitCode' in error ? Number(error.exitCode) : 1);
  },
);
