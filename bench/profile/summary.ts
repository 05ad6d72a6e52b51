import { type CallFrame, type CpuProfile, KINDS, readOwnTimes, sumByKind } from './cpu-profile';

/** Finds where a function of the built bridge stands in its source. */
export type FindSource = (frame: CallFrame) => string;

/**
 * What a profile says: the share of each kind of work, then the functions with the most own time.
 * Shares are of the time that was not idle; V8 takes the poll for idle, whatever the kernel does there,
 * and so is a sleep of the paced loop.
 */
export function describeProfile(
  profile: CpuProfile,
  findSource: FindSource,
  most: number,
): readonly string[] {
  const times = readOwnTimes(profile);
  const sums = sumByKind(times);
  const total = [...sums.values()].reduce((sum, us) => sum + us, 0);
  const idle = sums.get('idle') ?? 0;
  const busy = total - idle;
  const share = (us: number) => `${((us / busy) * 100).toFixed(1).padStart(5)} %`;
  return [
    `${(total / 1e6).toFixed(1)} s recorded; of the time outside of the poll:`,
    ...KINDS.filter((kind) => kind !== 'idle').map(
      (kind) => `${share(sums.get(kind) ?? 0)}  ${kind}`,
    ),
    '',
    'own time of functions:',
    ...times
      .filter(({ kind, callFrame }) => kind !== 'idle' && !callFrame.functionName.startsWith('('))
      .slice(0, most)
      .map(({ callFrame, us }) => {
        const name = callFrame.functionName === '' ? '(anonymous)' : callFrame.functionName;
        return `${share(us)}  ${name}  ${findSource(callFrame)}`.trimEnd();
      }),
  ];
}
