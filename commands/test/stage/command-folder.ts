import { spawn } from 'node:child_process';
import { buildSync } from 'esbuild';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFunctions, ROOT } from '../../../functions/test/stage/built-functions';

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A folder like a fresh clone that was built, so that no test touches the files of this one. */
export interface CommandFolder {
  readonly path: string;
  run(
    command: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>>,
  ): Promise<Ended>;
  remove(): void;
}

/** Lays out the folder and builds the commands into it. */
export async function makeCommandFolder(...commands: readonly string[]): Promise<CommandFolder> {
  const path = mkdtempSync(join(tmpdir(), 'commands-'));
  for (const name of ['package.json', '.twilioserverlessrc', 'assets']) {
    cpSync(join(ROOT, name), join(path, name), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(path, 'node_modules'));
  const built = await buildFunctions();
  cpSync(built.functions, join(path, 'dist', 'functions'), { recursive: true });
  built.remove();
  mkdirSync(join(path, 'dist', 'commands'), { recursive: true });
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: commands.map((name) => `commands/${name}.ts`),
    outdir: join(path, 'dist', 'commands'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: [
      'uWebSockets.js',
      'libsql',
      'redis',
      'dotenv',
      'saxes',
      'ws',
      'zod',
      'undici',
      '@ngrok/ngrok',
      'twilio',
      'twilio/*',
    ],
  });
  return {
    path,
    run: (command, args, environment) =>
      new Promise((resolve) => {
        const child = spawn(
          process.execPath,
          [join(path, 'dist', 'commands', `${command}.js`), ...args],
          {
            cwd: path,
            env: { PATH: process.env.PATH, HOME: path, ...environment },
          },
        );
        let output = '';
        let errors = '';
        child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
        child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
        child.once('close', (code) => resolve({ code, output, errors }));
      }),
    remove: () => rmSync(path, { recursive: true }),
  };
}
