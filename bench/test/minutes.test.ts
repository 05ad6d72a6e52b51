import { judgeMinutes, type Minute } from '../minutes';

describe('The minutes of a bench', () => {
  const minute = (residentMb: number, p99Ms: number): Minute => ({
    ...{ cpuMsPerCallS: 1.5, residentMb, upP50Ms: 1, downP50Ms: 1 },
    ...{ upP99Ms: p99Ms, downP99Ms: p99Ms },
  });
  const grown = (minutes: readonly Minute[]) =>
    judgeMinutes(minutes)
      .filter(({ isFlat }) => !isFlat)
      .map(({ what }) => what);

  it('are flat where the last are like the first', () => {
    const minutes = Array.from({ length: 10 }, (_, at) => minute(100 + (at % 3), 4 + (at % 2)));
    expect(judgeMinutes(minutes)).toHaveLength(3);
    expect(grown(minutes)).toEqual([]);
  });

  it('are not where memory or lateness goes on growing', () => {
    expect(grown(Array.from({ length: 10 }, (_, at) => minute(100 + 2 * at, 4)))).toEqual([
      'resident MB',
    ]);
    expect(grown(Array.from({ length: 10 }, (_, at) => minute(100, 4 + at)))).toEqual([
      'p99 up, ms',
      'p99 down, ms',
    ]);
  });

  it('say nothing where there is but one', () => {
    expect(judgeMinutes([minute(100, 4)])).toEqual([]);
  });
});
