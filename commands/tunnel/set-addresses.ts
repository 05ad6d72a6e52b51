import { parse as parseEnv } from 'dotenv';
import type { DeployedFunctions } from './deployed-address';
import { readEnvFile, setVariable, writeEnvFile } from './env-file';
import { nextSteps } from './next-steps';
import type { TunnelOptions } from './options';
import { has, type Place } from './place';
import { TunnelFault } from './tunnel-fault';

/** Sets both, or says exactly what was set. What can fail without a change is tried first. */
export async function setAll(host: string, options: TunnelOptions, place: Place): Promise<number> {
  const { print, environment, envPath } = place;
  const functions = options.functions ? await findFunctions(place) : undefined;

  const envText = await readEnvFile(envPath);
  const before = parseEnv(envText).PUBLIC_DOMAIN;
  const text = setVariable(envText, 'PUBLIC_DOMAIN', host);
  if (text !== envText) await writeEnvFile(envPath, text);
  print(`.env            PUBLIC_DOMAIN  ${change(before, host)}`);

  const exitCode = functions === undefined ? 0 : await setBridgeUrl(functions, host, print);
  const next = await nextSteps(host, before, options, functions, place);
  if (environment.PUBLIC_DOMAIN !== before && environment.PUBLIC_DOMAIN !== host) {
    next.unshift(
      `PUBLIC_DOMAIN is also set in this shell, to ${String(environment.PUBLIC_DOMAIN)}, and the shell wins over .env: unset PUBLIC_DOMAIN`,
    );
  }
  print(`\nNext:\n${next.map((step, at) => `  ${at + 1}. ${step}`).join('\n')}`);
  return exitCode;
}

async function findFunctions(place: Place): Promise<DeployedFunctions | undefined> {
  const { environment, print } = place;
  if (!has(environment.TWILIO_ACCOUNT_SID) || !has(environment.TWILIO_AUTH_TOKEN)) {
    print('Functions       not looked for: TWILIO_ACCOUNT_SID or TWILIO_AUTH_TOKEN is not set');
    return undefined;
  }
  try {
    const functions = await place.findFunctions(environment);
    if (functions === undefined) print('Functions       none are deployed yet');
    return functions;
  } catch (error) {
    throw new TunnelFault(
      `the tunnel is good, but whether Functions are deployed is not known: ${messageOf(error)} Nothing was set; --no-functions leaves them out.`,
    );
  }
}

async function setBridgeUrl(
  functions: DeployedFunctions,
  host: string,
  print: (line: string) => void,
): Promise<number> {
  const wanted = `https://${host}`;
  try {
    const before = await functions.setVariable('BRIDGE_URL', wanted);
    print(
      `Functions       BRIDGE_URL     ${change(before, wanted)}, no new deploy (${functions.url})`,
    );
    return 0;
  } catch (error) {
    print(
      `Functions       BRIDGE_URL was NOT set: ${messageOf(error)} PUBLIC_DOMAIN in .env was. Run this again once that is put right.`,
    );
    return 1;
  }
}

function change(before: string | undefined, after: string): string {
  return before === after ? `${after} (as before)` : `${before ?? '(none)'} → ${after}`;
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
