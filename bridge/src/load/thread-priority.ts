import { existsSync, readdirSync } from 'node:fs';
import { setPriority } from 'node:os';

/** Of 19 at most. */
const YIELDING = 10;
const TASKS = '/proc/self/task';

/**
 * Has the threads that Node starts for itself, the garbage collector's above all, yield to the one
 * that carries the calls: where they share its core, audio waited 15 ms and more for their turn to end.
 * On Linux a priority is that of a thread alone; elsewhere, or where it is not allowed, all stays as it
 * is. Threads that are started later are not touched.
 * Source: https://man7.org/linux/man-pages/man2/setpriority.2.html#NOTES
 * @returns how many threads yield now.
 */
export function yieldHelperThreads(): number {
  if (process.platform !== 'linux' || !existsSync(TASKS)) return 0;
  // The first thread of a process has its number.
  const others = readdirSync(TASKS).map(Number);
  return others.filter((thread) => thread !== process.pid && yields(thread)).length;
}

function yields(thread: number): boolean {
  try {
    setPriority(thread, YIELDING);
    return true;
  } catch {
    return false; // it has ended, or a sandbox forbids it
  }
}
