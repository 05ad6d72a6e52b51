import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ROOT = join(__dirname, '..', '..', '..');

/** Builds dist/ if a source is newer. */
export function buildDist(): void {
  execFileSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `(await import(${JSON.stringify(`${ROOT}/scripts/prepare.mjs`)})).prepare()`,
    ],
    { cwd: ROOT, stdio: 'pipe' },
  );
}

/** dist/bridge somewhere else, with its own packages, as it would be on a server. */
export interface InstalledBridge {
  readonly folder: string;
  remove(): void;
}

/** Copies it and installs what its own lock file names. */
export function installBridge(): InstalledBridge {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-'));
  cpSync(join(ROOT, 'dist', 'bridge'), folder, { recursive: true });
  // Exactly what deploy/README.md says; the cache of the root's install spares the download.
  const npm = spawnSync(
    'npm',
    ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'],
    { cwd: folder, encoding: 'utf8' },
  );
  if (npm.status !== 0) throw new Error(`npm ci ended with ${String(npm.status)}:\n${npm.stderr}`);
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}
