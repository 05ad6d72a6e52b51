import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = join(__dirname, '..', '..', '..');

/** How a run of the command ended. */
export interface TunnelRun {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A folder with an `.env` and a built command, for runs in processes of their own. */
export interface TunnelDesk {
  readonly folder: string;
  /** The text of `.env`, undefined if there is none. */
  env(): string | undefined;
  writeEnv(text: string): void;
  start(
    args: readonly string[],
    environment?: Readonly<Record<string, string>>,
  ): {
    child: ReturnType<typeof spawn>;
    ended: Promise<TunnelRun>;
    seen: (text: string) => Promise<void>;
  };
  run(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<TunnelRun>;
  close(): void;
}

/**
 * Sets one up.
 * @param entry the file that is the command.
 */
export function setDesk(entry: string): TunnelDesk {
  const folder = mkdtempSync(join(tmpdir(), 'tunnel-'));
  // Below node_modules' parent, so that the packages left outside the bundle are found.
  const built = mkdtempSync(join(ROOT, 'node_modules', '.tunnel-test-'));
  const main = join(built, 'main.js');
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile: main,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    alias: { '@realtime-phone/protocol': './protocol' },
  });
  const envPath = join(folder, '.env');
  const desk: TunnelDesk = {
    folder,
    env: () => (existsSync(envPath) ? readFileSync(envPath, 'utf8') : undefined),
    writeEnv: (text) => writeFileSync(envPath, text),
    start: (args, environment = {}) => {
      const child = spawn(process.execPath, [main, ...args], {
        cwd: folder,
        env: { PATH: process.env.PATH, ...environment },
      });
      let output = '';
      let errors = '';
      const watchers = new Set<() => void>();
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        for (const look of [...watchers]) look();
      });
      child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
      const ended = once(child, 'close').then(([code]) => ({
        code: code as number | null,
        output,
        errors,
      }));
      const seen = (text: string) =>
        new Promise<void>((resolve, reject) => {
          const look = () => {
            if (output.includes(text)) resolve();
          };
          watchers.add(look);
          void ended.then(() => reject(new Error(`ended without: ${text}\n${output}${errors}`)));
          look();
        });
      return { child, ended, seen };
    },
    run: (args, environment) => desk.start(args, environment).ended,
    close: () => {
      rmSync(folder, { recursive: true });
      rmSync(built, { recursive: true });
    },
  };
  return desk;
}
