// Builds everything into dist/: each Function one CommonJS file, the bridge, and the commands.
import { build } from 'esbuild';
import { cp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeBridgePackage } from './bridge-package.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Bundles what is ours; packages of the registry stay outside and come from node_modules. */
const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  logLevel: 'warning',
};

async function entryPoints(folder) {
  const names = await readdir(join(root, folder));
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
}

async function packagesOf(...workspaces) {
  const names = [];
  for (const workspace of workspaces) {
    const manifest = JSON.parse(await readFile(join(root, workspace, 'package.json'), 'utf8'));
    names.push(...Object.keys(manifest.dependencies ?? {}));
  }
  return names.filter((name) => !name.startsWith('@realtime-phone/'));
}

/** Builds all parts and gives how long it took, in milliseconds. */
export async function buildAll() {
  const startedAt = performance.now();
  await rm(join(root, 'dist'), { recursive: true, force: true });
  await Promise.all([
    // Twilio runs Functions on its newest Node; here they run on Node 20.
    build({
      ...shared,
      entryPoints: await entryPoints('functions'),
      outdir: 'dist/functions',
      target: 'node20',
      external: ['twilio', 'twilio/*'],
    }),
    build({
      ...shared,
      entryPoints: ['bridge/src/main.ts'],
      outdir: 'dist/bridge',
      target: 'node20',
      external: await packagesOf('bridge'),
      sourcemap: true,
    }),
    build({
      ...shared,
      entryPoints: await entryPoints('commands'),
      outdir: 'dist/commands',
      target: 'node20',
      external: [
        ...(await packagesOf('bridge', 'simulator', 'protocol')),
        '@ngrok/ngrok',
        '@twilio/runtime-handler/dev',
        'twilio',
        'twilio/*',
      ],
      sourcemap: true,
    }),
    // What the bench measures beside the bridge, and its recorder; packages of the root and of the bridge stay outside.
    build({
      ...shared,
      entryPoints: [...(await entryPoints('bench/rivals')), 'bench/profile/recorder.ts'],
      outbase: 'bench',
      outdir: 'dist/bench',
      target: 'node20',
      packages: 'external',
    }),
  ]);
  await cp(join(root, 'bridge/agents'), join(root, 'dist/bridge/agents'), { recursive: true });
  await cp(join(root, 'bridge/clips'), join(root, 'dist/bridge/clips'), { recursive: true });
  await writeBridgePackage(root, join(root, 'dist/bridge'));
  return Math.round(performance.now() - startedAt);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const tookMs = await buildAll();
  process.stderr.write(`built dist/functions, dist/bridge and dist/commands in ${tookMs} ms\n`);
  process.chdir(root);
  createRequire(import.meta.url)('../dist/commands/functions-env.js');
}
