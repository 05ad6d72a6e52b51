import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';
import manifest from '../../package.json';
import type { LogLine } from './bridge';

const root = join(__dirname, '..', '..', '..');

/** The bridge as one file, which a test can start as a process. */
export interface BuiltMain {
  readonly path: string;
  remove(): void;
}

/** Builds it below the folder of the packages, so that those left outside are found. */
export function buildMain(): BuiltMain {
  const folder = mkdtempSync(join(root, 'node_modules', '.process-test-'));
  const path = join(folder, 'main.js');
  buildSync({
    absWorkingDir: root,
    entryPoints: ['bridge/src/main.ts'],
    outfile: path,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: Object.keys(manifest.dependencies),
  });
  return { path, remove: () => rmSync(folder, { recursive: true }) };
}

/** A bridge that runs as a process of its own. */
export interface BridgeProcess {
  readonly pid: number;
  /** Resolves with the exit code or the signal that ended it. */
  readonly ended: Promise<number | string>;
  readonly logs: LogLine[];
  /** Waits for the first log line with this message, past ones included. */
  waitForLog(msg: string): Promise<LogLine>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts it with this environment and nothing else. */
export function startMain(main: BuiltMain, environment: NodeJS.ProcessEnv): BridgeProcess {
  const child = spawn(process.execPath, [main.path], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const logs: LogLine[] = [];
  const watchers = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    logs.push(JSON.parse(line) as LogLine); // each line of its log is one
    for (const look of [...watchers]) look();
  });
  const ended = once(child, 'close').then(
    ([code, signal]: (number | string)[]) => code ?? signal ?? 'an unknown end',
  );
  return {
    pid: child.pid ?? 0,
    ended,
    logs,
    waitForLog: (msg) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = logs.find((line) => line.msg === msg);
          if (found === undefined) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
        void ended.then((how) => reject(new Error(`it ended with ${how} before “${msg}”`)));
      }),
    kill: (signal) => void child.kill(signal),
  };
}
