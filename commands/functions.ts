// `npm run functions`: the Functions on this machine, behind the gate.
import { config as loadEnvFile } from 'dotenv';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readFunctionsConfig } from '../functions/local/config';
import { startFunctions } from '../functions/local/start';
import { log } from '../functions/log/log';

/** This file runs as dist/commands/functions.js. */
const root = join(__dirname, '..', '..');

async function main(): Promise<void> {
  loadEnvFile({ quiet: true });
  const { authToken, functionsUrl, host, port, env } = readFunctionsConfig(process.env);
  const functionsFolder = join(root, 'dist', 'functions');
  if (!existsSync(functionsFolder)) {
    throw new Error('dist/functions is missing; build it with npm run build');
  }
  const running = await startFunctions({
    baseDir: root,
    functionsFolder,
    assetsFolder: join(root, 'assets'),
    authToken,
    env,
    host,
    port,
    ...(functionsUrl === undefined ? {} : { functionsUrl }),
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void running.close().then(() => process.exit(0)));
  }
  log('functions listening', { url: running.url, port: running.port });
}

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
});

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE') {
    const port = 'port' in error ? String(error.port) : 'the port';
    return `port ${port} is in use; stop what listens there, or set FUNCTIONS_PORT to another`;
  }
  if ('code' in error && ['ENOTFOUND', 'EADDRNOTAVAIL'].includes(String(error.code))) {
    return `HOST ${process.env.HOST ?? ''} is no address of this machine; unset it, or set HOST=127.0.0.1`;
  }
  if ('code' in error && error.code === 'EACCES') {
    return 'FUNCTIONS_PORT is one that needs more rights; set it to one over 1023';
  }
  return error.message;
}
