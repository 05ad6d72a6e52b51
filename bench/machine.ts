import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';

/** Where things run: the bridge has a core of its own, all else has the other. */
export interface Cores {
  /** Undefined where nothing can be pinned. */
  readonly bridge: number | undefined;
  readonly load: number | undefined;
  /** What a reader of the figures has to know. */
  readonly notes: readonly string[];
}

/** The cores that this process may use: the last is the bridge's, the first the load's. */
export function pickCores(): Cores {
  const allowed = readAllowedCores();
  const [load] = allowed;
  const bridge = allowed.at(-1);
  const unpinned = { bridge: undefined, load: undefined };
  if (!hasProgram('taskset'))
    return {
      ...unpinned,
      notes: ['taskset is missing (package util-linux): nothing is pinned to a core'],
    };
  if (load === undefined || bridge === undefined || load === bridge)
    return {
      ...unpinned,
      notes: ['there is no second core: load and bridge take each other’s time'],
    };
  const siblings = readList(`/sys/devices/system/cpu/cpu${bridge}/topology/thread_siblings_list`);
  return {
    bridge,
    load,
    notes: siblings.includes(load)
      ? [`cores ${load} and ${bridge} are two threads of one core: they slow each other down`]
      : [],
  };
}

/** The command that runs another one on this core. */
export function pinTo(core: number | undefined, command: readonly string[]): readonly string[] {
  return core === undefined ? command : ['taskset', '-c', String(core), ...command];
}

/** Moves this very process to a core, so that it takes no time of the bridge's. */
export function moveTo(core: number | undefined): void {
  if (core !== undefined)
    execFileSync('taskset', ['-a', '-p', '-c', String(core), String(process.pid)]);
}

/** The machine in one line, as it belongs beside figures. */
export function describeMachine(): string {
  const [first] = cpus();
  const memoryGb = Math.round(totalmem() / 2 ** 30);
  return `${first?.model.trim() ?? 'unknown processor'}, ${readAllowedCores().length} cores, ${memoryGb} GB, ${process.platform} ${release()}, Node ${process.versions.node}`;
}

/** True if a program is in the PATH. */
export function hasProgram(name: string): boolean {
  const folders = (process.env.PATH ?? '').split(':');
  return folders.some((folder) => folder !== '' && existsSync(`${folder}/${name}`));
}

function readAllowedCores(): readonly number[] {
  if (process.platform !== 'linux') return cpus().map((_, core) => core);
  const [, list = ''] =
    /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return parseList(list);
}

function readList(path: string): readonly number[] {
  try {
    return parseList(readFileSync(path, 'utf8').trim());
  } catch {
    return []; // some machines do not say
  }
}

/** Reads a list of cores as the kernel writes it: `0-2,5`. */
export function parseList(list: string): readonly number[] {
  return list.split(',').flatMap((part) => {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    if (first === undefined) return [];
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, at) => Number(first) + at);
  });
}
