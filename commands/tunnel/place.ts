import { parse as parseEnv } from 'dotenv';
import type { FindFunctions } from './deployed-address';
import { readEnvFile } from './env-file';
import type { OpenTunnel } from './open-tunnel';
import { TunnelFault } from './tunnel-fault';

const STANDARD_PORT = 8080;

/** Where the command finds itself. */
export interface TunnelSurroundings {
  /** Of the shell alone: what `.env` has is read here, and the shell wins. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly envPath: string;
  readonly openTunnel: OpenTunnel;
  /** Looks for the deployed Functions, with credentials from this environment. */
  readonly findFunctions: (
    environment: TunnelSurroundings['environment'],
  ) => ReturnType<FindFunctions>;
  readonly print: (line: string) => void;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
}

/** The surroundings, with what `.env` has. */
export type Place = TunnelSurroundings & { readonly port: number; readonly envText: string };

/**
 * Reads `.env`.
 * @throws TunnelFault if it cannot be read, or PORT is none.
 */
export async function findPlace(surroundings: TunnelSurroundings): Promise<Place> {
  const envText = await readEnvFile(surroundings.envPath);
  const given = Object.entries(surroundings.environment).filter(([, value]) => value !== undefined);
  const environment = { ...parseEnv(envText), ...Object.fromEntries(given) };
  const text = environment.PORT ?? '';
  const port = text === '' ? STANDARD_PORT : Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new TunnelFault(`PORT is ${text}, which is no port. Example: PORT=${STANDARD_PORT}`);
  }
  return { ...surroundings, environment, envText, port };
}

/** True for a variable that is set to something. */
export function has(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
