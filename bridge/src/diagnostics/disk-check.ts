import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isRedis } from '../records/open-base';
import type { SelfCheck } from '@realtime-phone/protocol/diagnostics/check';

const MEBIBYTE = 1024 * 1024;
const LITTLE_MIB = 1_024;
const NOTHING_MIB = 64;

/** Looks at how much room the disk of the records has; of records elsewhere there is none to tell. */
export async function checkDisk(path: string): Promise<readonly SelfCheck[]> {
  if (path === ':memory:' || isRedis(path)) return [];
  const name = 'disk of the records';
  const remedy = 'Make room, or name a file on another disk in CALL_STORE';
  try {
    const { bavail, bsize } = await statfs(dirname(path));
    const freeMib = Math.floor((bavail * bsize) / MEBIBYTE);
    const found = `${freeMib} MiB free`;
    if (freeMib >= LITTLE_MIB) return [{ name, state: 'holds', found }];
    return [{ name, state: freeMib < NOTHING_MIB ? 'fault' : 'warning', found, remedy }];
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return [{ name, state: 'fault', found, remedy }];
  }
}
