/**
 * A CPU profile as V8 writes it; times in microseconds.
 * Source: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile
 */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: CallFrame;
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Where a function is; lines and columns from 0. */
export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** What kind of work a function's own time is. */
export const KINDS = [
  'idle',
  'kernel and engine',
  'garbage collection',
  'native functions',
  'Node',
  'packages',
  'the bridge',
] as const;

export type Kind = (typeof KINDS)[number];

/** The time in a function itself, without what it calls. */
export interface OwnTime {
  readonly callFrame: CallFrame;
  readonly kind: Kind;
  readonly us: number;
}

/** The own time of every function, longest first. */
export function readOwnTimes({ nodes, samples, timeDeltas }: CpuProfile): readonly OwnTime[] {
  const frameOf = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<string, OwnTime>();
  for (const [at, id] of samples.entries()) {
    const callFrame = frameOf.get(id);
    if (callFrame === undefined) continue;
    const { functionName, url, lineNumber, columnNumber } = callFrame;
    const key = `${functionName} ${url}:${lineNumber}:${columnNumber}`;
    // A sample stands for the time until the next one.
    const us = (times.get(key)?.us ?? 0) + (timeDeltas[at + 1] ?? 0);
    times.set(key, { callFrame, kind: kindOf(callFrame), us });
  }
  return [...times.values()].sort((a, b) => b.us - a.us);
}

/** The time of each kind. */
export function sumByKind(times: readonly OwnTime[]): ReadonlyMap<Kind, number> {
  const sums = new Map<Kind, number>(KINDS.map((kind) => [kind, 0]));
  for (const { kind, us } of times) sums.set(kind, (sums.get(kind) ?? 0) + us);
  return sums;
}

/** The bridge's own sleep, while its loop is paced; to V8 it is a function like others. */
const SLEEP = 'sleepBetweenTurns';

function kindOf({ functionName, url }: CallFrame): Kind {
  if (functionName === '(idle)' || functionName === SLEEP) return 'idle';
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (functionName === '(program)' || functionName === '(root)') return 'kernel and engine';
  if (url === '') return 'native functions';
  if (url.startsWith('node:')) return 'Node';
  return url.includes('/node_modules/') ? 'packages' : 'the bridge';
}
