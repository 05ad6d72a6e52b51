import { openFileBase } from './file/file-base';
import type { RecordBase } from './record-base';
import { openRedisBase } from './redis/redis-base';

/** True for a value of CALL_STORE that names a Redis. */
export function isRedis(place: string): boolean {
  return /^rediss?:\/\//.test(place);
}

/**
 * Opens what CALL_STORE names.
 * @throws where a file cannot be opened; a Redis that is not there may come later.
 */
export function openBase(place: string): Promise<RecordBase> {
  return isRedis(place) ? openRedisBase(place) : openFileBase(place);
}
