import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** A real Redis, which keeps what it has over a stop. */
export interface Redis {
  readonly url: string;
  /** Stands still, with its sockets open. */
  pause(): void;
  goOn(): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Whether this machine has one. */
export function hasRedis(): boolean {
  return spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;
}

/**
 * Starts it; it takes connections when this resolves.
 * @param folder where its data stands.
 */
export async function startRedis(folder: string, port: number): Promise<Redis> {
  let running: ChildProcess | undefined;
  const kill = () => void running?.kill('SIGKILL');
  const start = async () => {
    const options = `--port ${port} --bind 127.0.0.1 --save --appendonly yes --appendfsync no`;
    const child = spawn('redis-server', [...options.split(' '), '--dir', folder]);
    running = child;
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        if (said.includes('Ready to accept')) return;
        said += chunk.toString();
        if (said.includes('Ready to accept')) resolve();
      });
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`Redis ended:\n${said}`)));
    });
  };
  // Whoever ends this process ends it too.
  process.once('exit', kill);
  await start();
  return {
    url: `redis://127.0.0.1:${port}/0`,
    pause: () => void running?.kill('SIGSTOP'),
    goOn: () => void running?.kill('SIGCONT'),
    start,
    stop: async () => {
      const child = running;
      running = undefined;
      if (child?.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
