import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Credentials } from '../../twilio-account/client';
import { CommandError } from '../../twilio-account/failure';
import { AGAIN, explainBrokenDeploy } from './broken-deploy';

const KEPT_CHARACTERS = 20_000;
const LIMIT_MS = 8 * 60_000;

/** Variables of the shell that twilio-run may need: the way out, and nothing secret. */
const PASSED_ON = [
  'PATH',
  'HOME',
  'TMPDIR',
  'LANG',
  'HTTP_PROXY',
  'NODE_EXTRA_CA_CERTS',
  'NODE_OPTIONS',
];

/**
 * Runs twilio-run's deploy over the built Functions and assets; what to deploy stands in
 * `.twilioserverlessrc`, so that plain `twilio serverless:deploy` does the same.
 * @throws CommandError where it does not come to its end; running it again completes it.
 */
export async function uploadFunctions(
  root: string,
  { accountSid, authToken }: Credentials,
  environment: NodeJS.ProcessEnv,
  interrupted: AbortSignal,
): Promise<void> {
  if (!existsSync(join(root, 'dist', 'functions'))) {
    throw new CommandError(
      'dist/functions is missing: build it with npm run build, then deploy again.',
    );
  }
  // It remembers services by their SID, also one that was since deleted; the name finds the right one.
  await rm(join(root, '.twiliodeployinfo'), { force: true });
  const manifest = createRequire(join(root, 'package.json')).resolve('twilio-run/package.json');
  const child = spawn(
    process.execPath,
    [join(dirname(manifest), 'bin', 'twilio-run.js'), 'deploy'],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
      signal: interrupted, // takes twilio-run along: nothing goes on deploying unseen
      env: {
        ...Object.fromEntries(PASSED_ON.map((name) => [name, environment[name]])),
        ACCOUNT_SID: accountSid,
        AUTH_TOKEN: authToken,
        CI: 'true',
      },
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on(
      'data',
      (chunk: Buffer) => (output = (output + chunk.toString()).slice(-KEPT_CHARACTERS)),
    );
  }
  const code = await new Promise<number | string>((resolve) => {
    child.once('error', (error) => {
      if (error.name !== 'AbortError') resolve(error.message); // an aborted one closes yet
    });
    child.once('close', (exitCode, signal) => resolve(exitCode ?? signal ?? 'an unknown end'));
  });
  if (code === 0) return;
  if (interrupted.aborted) throw new CommandError(`The deploy was interrupted. ${AGAIN}`);
  // An error that nobody caught is printed with the request that it belongs to.
  const secrets = [authToken, Buffer.from(`${accountSid}:${authToken}`).toString('base64')];
  throw explainBrokenDeploy(
    secrets.reduce((text, secret) => text.replaceAll(secret, '…'), output),
    code,
  );
}
