import { spawn } from 'node:child_process';
import { pinTo } from './machine';

/** A process on a core of its own. */
export interface PinnedProcess {
  readonly pid: number;
  /** Resolves with what the pattern caught in a line of its output; rejects if it ends before. */
  readonly listening: Promise<number>;
  kill(signal: NodeJS.Signals): void;
  /** Asks it to end, then insists. Resolves when it has. */
  stop(): Promise<void>;
}

const PATIENCE_MS = 3_000;
const KEPT_CHARACTERS = 4_000;

/**
 * Starts a process.
 * @param port finds the port in the line that says that it listens.
 */
export function startPinned(
  core: number | undefined,
  command: readonly string[],
  { environment, folder }: { environment: NodeJS.ProcessEnv; folder: string },
  port: RegExp,
): PinnedProcess {
  const [program = '', ...args] = pinTo(core, command);
  // It gets what it is given and nothing else, so no setting of the reader changes a figure.
  const env = { PATH: process.env.PATH, ...environment };
  const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  // Whoever ends this process ends it too: a bridge that is left behind disturbs the next run.
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('close', () => process.off('exit', kill));
  let said = '';
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(String(code ?? signal)));
  });
  const listening = new Promise<number>((resolve, reject) => {
    const take = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-KEPT_CHARACTERS);
      const found = port.exec(said)?.[1];
      if (found !== undefined) resolve(Number(found));
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    void ended.then((how) =>
      reject(new Error(`${command.join(' ')} ended with ${how}: ${said.trim()}`)),
    );
  });
  listening.catch(() => undefined); // whoever waits for it hears of it
  return {
    pid: child.pid ?? 0,
    listening,
    kill: (signal) => void child.kill(signal),
    stop: async () => {
      for (const signal of ['SIGTERM', 'SIGTERM', 'SIGKILL'] as const) {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill(signal);
        const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, 'late').unref());
        if ((await Promise.race([ended, late])) !== 'late') return;
      }
    },
  };
}
