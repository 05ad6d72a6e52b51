import { type CpuProfile, readOwnTimes, sumByKind } from '../profile/cpu-profile';
import { describeProfile } from '../profile/summary';

const frame = (functionName: string, url = '', lineNumber = -1) => ({
  functionName,
  url,
  lineNumber,
  columnNumber: 0,
});

/** The same function twice, called from two places, as V8 writes it. */
const PROFILE: CpuProfile = {
  nodes: [
    frame('(idle)'),
    frame('(garbage collector)'),
    frame('writev'),
    frame('relay', 'file:///built/main.js', 7),
    frame('relay', 'file:///built/main.js', 7),
    frame('send', '/root/node_modules/ws/lib/sender.js', 3),
    frame('', 'node:net', 9),
    frame('(program)'),
    frame('sleepBetweenTurns', 'file:///built/main.js', 90),
  ].map((callFrame, at) => ({ id: at + 1, callFrame })),
  samples: [1, 2, 3, 4, 5, 6, 7, 8, 9, 1],
  timeDeltas: [0, 500, 100, 200, 30, 40, 5, 15, 10, 60],
};

describe('A CPU profile', () => {
  it('gives each function its own time, whoever called it', () => {
    const times = readOwnTimes(PROFILE);
    expect(times.map(({ callFrame, us }) => [callFrame.functionName, us])).toEqual([
      ['(idle)', 500],
      ['writev', 200],
      ['(garbage collector)', 100],
      ['relay', 70],
      ['sleepBetweenTurns', 60],
      ['', 15],
      ['(program)', 10],
      ['send', 5],
    ]);
  });

  it('is summed by the kind of work', () => {
    expect(Object.fromEntries(sumByKind(readOwnTimes(PROFILE)))).toEqual({
      idle: 560,
      'kernel and engine': 10,
      'garbage collection': 100,
      'native functions': 200,
      Node: 15,
      packages: 5,
      'the bridge': 70,
    });
  });

  it('is told in shares of the time that was not idle, with the place of each function', () => {
    const lines = describeProfile(PROFILE, ({ lineNumber }) => `line ${lineNumber}`, 2);
    expect(lines).toContain(' 50.0 %  native functions');
    expect(lines.slice(-2)).toEqual([' 50.0 %  writev  line -1', ' 17.5 %  relay  line 7']);
  });
});
