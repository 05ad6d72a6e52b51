import { chmod, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FUNCTIONS_VARIABLES, VARIABLE_NAMES } from '../../functions/settings/variables';
import { CommandError } from '../twilio-account/failure';

/** Twilio takes no larger environment (82006), in bytes. */
const MAX_BYTES = 3_072;

const PRIVATE_HOST = /^(localhost|127\.|10\.|192\.168\.|\[::1\]|172\.(1[6-9]|2\d|3[01])\.)/;

/**
 * What the deployed Functions get to know: their own variables and no other. FUNCTIONS_URL stays
 * out, since on Twilio they know their domain, and the one of this machine would be wrong there.
 * @throws CommandError with one line a fault.
 */
export function readFunctionsEnv(environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const faults: string[] = [];
  const chosen: Record<string, string> = {};
  for (const name of VARIABLE_NAMES) {
    const value = environment[name];
    if (name === 'FUNCTIONS_URL' || value === undefined || value === '') continue;
    if (/[\r\n]/.test(value))
      faults.push(`${name} has a line break, which an env file cannot hold. Put it on one line`);
    chosen[name] = value;
  }
  const { PUBLIC_DOMAIN } = environment;
  if (chosen.BRIDGE_URL === undefined && PUBLIC_DOMAIN !== undefined && PUBLIC_DOMAIN !== '') {
    chosen.BRIDGE_URL = `https://${PUBLIC_DOMAIN}`;
  }
  if (chosen.BRIDGE_SECRET === undefined) {
    faults.push(
      'BRIDGE_SECRET is missing: the Functions sign with it, and the bridge needs the same. Example: the output of: openssl rand -hex 32',
    );
  }
  faults.push(...findAddressFaults(chosen.BRIDGE_URL));
  const bytes = Object.entries(chosen).reduce(
    (sum, [name, value]) => sum + name.length + Buffer.byteLength(value),
    0,
  );
  if (bytes > MAX_BYTES) {
    faults.push(
      `The variables of the Functions have ${bytes} bytes, and Twilio takes ${MAX_BYTES} (82006). Shorten FALLBACK_SAY or OPENING_SAY`,
    );
  }
  if (faults.length > 0) throw new CommandError(faults.join('\n'));
  return chosen;
}

function findAddressFaults(address: string | undefined): string[] {
  const example = 'Example: BRIDGE_URL=https://bridge.example.com';
  if (address === undefined)
    return [
      `BRIDGE_URL is missing, and PUBLIC_DOMAIN too: the Functions must know where the bridge is. ${example}`,
    ];
  if (!URL.canParse(address)) return [`BRIDGE_URL is no address. ${example}`];
  const { protocol, hostname } = new URL(address);
  if (PRIVATE_HOST.test(hostname)) {
    return [
      `BRIDGE_URL leads to ${hostname}, which the Functions on Twilio cannot reach: open a tunnel first (npm run tunnel). ${example}`,
    ];
  }
  return protocol === 'https:' ? [] : [`BRIDGE_URL is not https. ${example}`];
}

/**
 * Writes `.env.functions`, whole or not at all, for this user's eyes only. The two empty lines at
 * its head let twilio-run take the credentials from the environment (`--load-system-env`): so they
 * stand in no file and on no command line. Empty values and these two names are never uploaded.
 * @returns its path.
 */
export async function writeFunctionsEnv(
  root: string,
  variables: Readonly<Record<string, string>>,
): Promise<string> {
  const path = join(root, '.env.functions');
  const lines = Object.entries(variables).map(
    ([name, value]) => `# ${describe(name)}\n${name}=${quote(value)}\n`,
  );
  await writeFile(
    `${path}.new`,
    [
      '# Written by npm run deploy from .env. Do not edit.\nACCOUNT_SID=\nAUTH_TOKEN=\n',
      ...lines,
    ].join(''),
    { mode: 0o600 },
  );
  await chmod(`${path}.new`, 0o600);
  await rename(`${path}.new`, path);
  return path;
}

function describe(name: string): string {
  return Object.entries(FUNCTIONS_VARIABLES).find(([known]) => known === name)?.[1] ?? '';
}

/** As dotenv reads it: anything out of the plain is quoted, with a quote that is not in it. */
function quote(value: string): string {
  if (/^[\w./:@+-]*$/.test(value)) return value;
  return value.includes("'") ? `"${value}"` : `'${value}'`;
}
