import { readdirSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';

const PAGE_BYTES = 4_096;
const TICK_MS = 10;

/** The processor time that all threads of a process have used so far, in milliseconds. */
export function readProcessorMs(pid: number): number {
  let ns = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
    } catch {
      // The thread ended meanwhile.
    }
  }
  if (ns > 0) return ns / 1e6;
  const { userMs, kernelMs } = readProcessorTimes(pid); // the kernel keeps no finer account
  return userMs + kernelMs;
}

/** The time of a process in its own code and in the kernel so far, in steps of 10 ms. */
export interface ProcessorTimes {
  readonly userMs: number;
  readonly kernelMs: number;
}

/** Reads it from /proc/PID/stat (proc_pid_stat(5), fields 14 and 15). */
export function readProcessorTimes(pid: number): ProcessorTimes {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return { userMs: Number(fields[11]) * TICK_MS, kernelMs: Number(fields[12]) * TICK_MS };
}

/** The memory of a process that is in RAM. */
export function readResidentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES;
}

/** How long a core has been busy so far, whoever used it, in milliseconds. */
export function readCoreBusyMs(core: number): number {
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(readFileSync('/proc/stat', 'utf8'))?.[1];
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (line ?? '')
    .split(' ')
    .map(Number);
  return (user + nice + system + irq + softirq + steal) * TICK_MS;
}

/** The load of the last minute. */
export function readLoad(): number {
  return loadavg()[0] ?? 0;
}
