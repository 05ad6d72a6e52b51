import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import { makeCertificate } from '../simulator/model/certificate';
import { CommandError } from '../twilio-account/failure';
import type { Leg } from './contender-names';
import { compileProgram } from './load/compile';
import { describeMachine, moveTo, pickCores } from './machine';
import type { Site } from './trial';
import { readLoad } from './usage';

/** A machine that has more to do than this gives figures of its other work. */
const QUIET_LOAD = 1.5;

/** A place to measure in, and what is to be said of it. */
export interface PreparedSite {
  readonly site: Site;
  /** In one line. */
  readonly machine: string;
  readonly load: number;
  readonly notes: readonly string[];
  remove(): void;
}

/** Said where the generator has no TLS. */
export const NO_TLS = 'no TLS: the headers of OpenSSL are missing (libssl-dev)';

/** @throws CommandError where the model cannot be reached so here. */
export function requireLeg(leg: Leg, { tls }: Site): void {
  if (leg === 'tls' && tls === undefined) throw new CommandError(NO_TLS);
}

/**
 * Compiles the generator, makes a certificate, and takes this process away from the bridge's core.
 * @throws CommandError without gcc.
 */
export async function prepareSite(root: string): Promise<PreparedSite> {
  // An exit takes the processes along that were started; a signal alone would not.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const load = readLoad();
  const machine = describeMachine();
  const cores = pickCores();
  const { path, hasTls } = compileProgram(
    join(root, 'bench/load'),
    join(root, 'dist/bench/load/generator'),
  );
  moveTo(cores.load);
  const folder = mkdtempSync(join(tmpdir(), 'bench-tls-'));
  const keyPath = join(folder, 'key.pem');
  const { key, certPath } = await makeCertificate();
  writeFileSync(keyPath, key, { mode: 0o600 });
  return {
    site: { cores, generator: path, tls: hasTls ? { certPath, keyPath } : undefined },
    machine,
    load,
    notes: [
      ...cores.notes,
      ...(load > QUIET_LOAD
        ? [`the machine was busy, with a load of ${load.toFixed(2)}: take no figure from this run`]
        : []),
    ],
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
      rmSync(dirname(certPath), { recursive: true, force: true });
    },
  };
}
