import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real Redis of the tests, which keeps what it has over a stop. */
export interface TestRedis {
  readonly url: string;
  /** Stands still, with its sockets open. */
  pause(): void;
  goOn(): void;
  /** Ends it; `start` begins it again with what it had. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends it, and takes its folder away. */
  remove(): Promise<void>;
}

/** Starts a Redis on a free port, in a folder of its own. */
export async function startRedis(): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'redis-'));
  const port = await findPort();
  let redis: ChildProcess | undefined;
  const start = async () => {
    const options = `--port ${port} --bind 127.0.0.1 --save --appendonly yes --appendfsync no`;
    const child = spawn('redis-server', [...options.split(' '), '--dir', folder]);
    redis = child;
    let output = '';
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes('Ready to accept connections')) resolve();
      });
      child.once('error', reject);
      child.once('exit', () => reject(new Error(output)));
    });
  };
  const stop = async () => {
    const child = redis;
    redis = undefined;
    if (child === undefined) return;
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}/0`,
    pause: () => redis?.kill('SIGSTOP'),
    goOn: () => redis?.kill('SIGCONT'),
    stop,
    start,
    remove: async () => {
      await stop();
      rmSync(folder, { recursive: true });
    },
  };
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  server.close();
  await once(server, 'close');
  return port;
}
