import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Redis, startRedis as startRedisIn } from '../../../commands/chaos/faults/redis';
import { findFreePorts } from '../../../commands/chaos/free-ports';

/** A real Redis of the tests, which keeps what it has over a stop. */
export interface TestRedis extends Redis {
  /** Ends it, and takes its folder away. */
  remove(): Promise<void>;
}

/** Starts a Redis on a free port, in a folder of its own. */
export async function startRedis(): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'redis-'));
  const [port = 0] = await findFreePorts(1);
  const redis = await startRedisIn(folder, port);
  return {
    ...redis,
    remove: async () => {
      await redis.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
