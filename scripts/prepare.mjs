// Gets the tree ready to run: installs what package-lock.json names and builds dist/, each only
// where something is missing or older than its source. Node's own modules only.
import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const lock = join(root, 'node_modules.lock');
const stamp = join(root, 'dist/built.json');
const sources = [
  'protocol',
  'bridge',
  'simulator',
  'functions',
  'commands',
  'bench',
  'fuzz',
  'scripts',
];
const LOCK_POLL_MS = 100;
const LOCK_MAX_MS = 5 * 60_000;
const ALIVE_MS = 5_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** True if every package of the lock file that this machine can use is in node_modules. */
async function isInstalled() {
  const read = async (path) => JSON.parse(await readFile(join(root, path), 'utf8')).packages;
  try {
    const wanted = await read('package-lock.json');
    const present = await read('node_modules/.package-lock.json');
    return Object.entries(wanted).every(
      ([path, { version, optional, peer, link }]) =>
        !path.startsWith('node_modules/') ||
        optional ||
        peer ||
        link ||
        present[path]?.version === version,
    );
  } catch {
    return false;
  }
}

/**
 * Runs `npm ci --ignore-scripts`; its progress goes to stderr. Who ends this process ends npm too:
 * left alone it would go on writing node_modules beside the install of the next command.
 */
async function install() {
  process.stderr.write('installing packages (npm ci), about a minute the first time …\n');
  const npm = spawn(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
    },
  );
  const startedAt = performance.now();
  // In a terminal npm has a sign of life of its own.
  const alive = setInterval(() => {
    const tookS = Math.round((performance.now() - startedAt) / 1_000);
    if (!process.stderr.isTTY) process.stderr.write(`still installing, ${tookS} s …\n`);
  }, ALIVE_MS);
  let endedBy;
  const pass = (signal) => {
    endedBy = signal;
    npm.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, pass);
  const ended = await new Promise((resolve, reject) => {
    npm.once('error', reject);
    npm.once('exit', (code, signal) => resolve(code ?? signal));
  }).finally(() => {
    clearInterval(alive);
    for (const signal of SIGNALS) process.off(signal, pass);
  });
  if (endedBy !== undefined) throw new Error(`ended by ${endedBy} during the install`);
  if (ended !== 0) throw new Error(`npm ci ended with ${ended}; what it said stands above`);
}

/** Path, size and time of every source file: what was built from the same is still good. */
async function fingerprint() {
  const seen = [];
  for (const folder of sources) {
    for (const entry of await readdir(join(root, folder), {
      recursive: true,
      withFileTypes: true,
    })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const { mtimeMs, size } = await stat(path);
      seen.push(`${path} ${mtimeMs} ${size}`);
    }
  }
  return JSON.stringify(seen.sort());
}

async function isBuilt(print) {
  return (await readFile(stamp, 'utf8').catch(() => '')) === print;
}

/** Only one process at a time gets the tree ready; two commands may be started together. */
async function holdLock(work) {
  const giveUpAt = Date.now() + LOCK_MAX_MS;
  while (
    !(await mkdir(lock).then(
      () => true,
      () => false,
    ))
  ) {
    if (await isAbandoned()) await rm(lock, { recursive: true, force: true });
    else if (Date.now() > giveUpAt)
      throw new Error(`another command holds ${lock}; if none runs, remove it`);
    else await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
  }
  try {
    await writeFile(join(lock, 'pid'), String(process.pid));
    return await work();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

async function isAbandoned() {
  const pid = Number(await readFile(join(lock, 'pid'), 'utf8').catch(() => ''));
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** Installs and builds what is missing, or ends the process with one sentence. */
export async function prepare() {
  try {
    await holdLock(async () => {
      if (!(await isInstalled())) await install();
      const print = await fingerprint();
      if (await isBuilt(print)) return;
      const { buildAll } = await import('./build.mjs');
      process.stderr.write(`built dist/ in ${await buildAll()} ms\n`);
      await writeFile(stamp, print);
    });
  } catch (error) {
    process.stderr.write(
      `could not get ready: ${error instanceof Error ? error.message : error}\n`,
    );
    process.exit(1);
  }
}
