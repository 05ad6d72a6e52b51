// Installs what package-lock.json names, if it is not installed yet. Node's own modules only.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** True if every package of the lock file that this machine can use is in node_modules. */
async function isInstalled() {
  try {
    const wanted = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')).packages;
    const present = JSON.parse(
      await readFile(join(root, 'node_modules/.package-lock.json'), 'utf8'),
    ).packages;
    return Object.entries(wanted).every(
      ([path, entry]) =>
        !path.startsWith('node_modules/') ||
        entry.optional === true ||
        entry.link === true ||
        present[path]?.version === entry.version,
    );
  } catch {
    return false;
  }
}

/** Runs `npm ci --ignore-scripts` if something is missing; its progress goes to stderr. */
export async function installMissing() {
  if (await isInstalled()) return;
  process.stderr.write('installing packages (npm ci), about a minute on a first run …\n');
  const npm = spawn(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
    },
  );
  const code = await new Promise((resolve, reject) => {
    npm.once('error', reject);
    npm.once('exit', (exitCode, signal) => resolve(exitCode ?? signal));
  });
  if (code !== 0) throw new Error(`npm ci ended with ${code}; what it said stands above`);
}

/** Installs and builds, or ends the process with one sentence. */
export async function prepare() {
  try {
    await installMissing();
    const { buildAll } = await import('./build.mjs');
    return await buildAll();
  } catch (error) {
    process.stderr.write(
      `could not get ready: ${error instanceof Error ? error.message : error}\n`,
    );
    return process.exit(1);
  }
}
