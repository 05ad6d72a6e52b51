import { build } from 'esbuild';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '..', '..', '..');

/** A built copy of Functions and command, as scripts/build.mjs lays them out. */
export interface BuiltFunctions {
  readonly root: string;
  readonly functions: string;
  readonly command: string;
  remove(): void;
}

/** Builds into a folder of its own, from which `twilio` can still be found. */
export async function buildFunctions(): Promise<BuiltFunctions> {
  const cache = join(ROOT, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const root = mkdtempSync(join(cache, 'functions-test-'));
  const functions = join(root, 'dist', 'functions');
  const commands = join(root, 'dist', 'commands');
  const shared = {
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
  } as const;
  await Promise.all([
    build({
      ...shared,
      entryPoints: readdirSync(join(ROOT, 'functions'))
        .filter((name) => name.endsWith('.ts'))
        .map((name) => join('functions', name)),
      outdir: functions,
      external: ['twilio', 'twilio/*'],
    }),
    build({
      ...shared,
      entryPoints: ['commands/functions.ts'],
      outdir: commands,
      external: ['dotenv', '@twilio/runtime-handler/dev', 'twilio', 'twilio/*'],
    }),
  ]);
  return {
    root,
    functions,
    command: join(commands, 'functions.js'),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
