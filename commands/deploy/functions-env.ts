import { chmod, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FUNCTIONS_VARIABLES, VARIABLE_NAMES } from '../../functions/settings/variables';
import { CommandError } from '../../twilio-account/failure';
import { readBridgeAddress } from './bridge-address';

/** Twilio takes no larger environment (82006), in bytes. */
const MAX_BYTES = 3_072;

/** The bridge takes no shorter one. */
const MIN_SECRET_LENGTH = 8;

/**
 * What the deployed Functions get to know: their own variables and no other. FUNCTIONS_URL stays
 * out, since on Twilio they know their domain, and the one of this machine would be wrong there.
 * @throws CommandError with one line a fault.
 */
export function readFunctionsEnv(environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const faults: string[] = [];
  const chosen: Record<string, string> = {};
  for (const name of VARIABLE_NAMES) {
    const value = environment[name]?.trim();
    if (name === 'FUNCTIONS_URL' || value === undefined || value === '') continue;
    if (/[\r\n]/.test(value))
      faults.push(`${name} has a line break, which an env file cannot hold. Put it on one line`);
    chosen[name] = value;
  }
  const { url, faults: addressFaults } = readBridgeAddress(environment);
  if (url !== undefined) chosen.BRIDGE_URL = url;
  if (chosen.BRIDGE_SECRET === undefined) {
    faults.push(
      'BRIDGE_SECRET is missing: the Functions sign with it, and the bridge needs the same. Example: the output of: openssl rand -hex 32',
    );
  }
  if (chosen.BRIDGE_SECRET !== undefined && chosen.BRIDGE_SECRET.length < MIN_SECRET_LENGTH) {
    faults.push(
      `BRIDGE_SECRET is too short to be a secret: ${MIN_SECRET_LENGTH} characters at least. Example: the output of: openssl rand -hex 32`,
    );
  }
  faults.push(...addressFaults);
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
      '# Written by npm run build and npm run deploy from .env. Do not edit.\nACCOUNT_SID=\nAUTH_TOKEN=\n',
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

/**
 * As twilio-run's dotenv (6) reads it, and newer ones where they can: between double quotes `\\n`
 * would become a line break; between single ones all stays as it is.
 */
function quote(value: string): string {
  if (/^[\w./:@+-]*$/.test(value)) return value;
  return value.includes("'") && !/["\\]/.test(value) ? `"${value}"` : `'${value}'`;
}
