import { CONTENDER_NAMES } from '../contender-names';
import { readOptions } from '../options';

describe('The options of the bench', () => {
  it('have defaults, which --quick makes short', () => {
    expect(readOptions([])).toMatchObject({
      only: CONTENDER_NAMES,
      legs: ['clear', 'tls'],
      calls: 200,
      rounds: 3,
      searchesCapacity: true,
    });
    expect(readOptions(['--quick'])).toMatchObject({ rounds: 1, searchesCapacity: false });
    expect(readOptions(['--quick', '--calls', '7'])).toMatchObject({ calls: 7 });
  });

  it('take --processes for a measurement of its own', () => {
    expect(readOptions([]).processes).toBe(false);
    expect(readOptions(['--processes']).processes).toBe(true);
  });

  it('take --overload for more calls than a core carries', () => {
    expect(readOptions(['--overload'])).toMatchObject({ overload: true, calls: 2_000 });
    expect(readOptions(['--overload', '--calls', '900']).calls).toBe(900);
  });

  it('take --minutes to watch the same calls', () => {
    expect(readOptions([]).minutes).toBeUndefined();
    expect(readOptions(['--minutes', '10'])).toMatchObject({ minutes: 10, calls: 400 });
    expect(readOptions(['--minutes', '10', '--calls', '90']).calls).toBe(90);
  });

  it('take --together for two at the same time', () => {
    expect(readOptions(['--together', '--only', 'bridge,sliced'])).toMatchObject({
      ...{ together: true, calls: 130, only: ['bridge', 'sliced'] },
    });
  });

  it('pick contenders and a leg', () => {
    const options = readOptions(['--only', 'bridge, sliced', '--leg', 'tls']);
    expect(options).toMatchObject({ only: ['bridge', 'sliced'], legs: ['tls'] });
  });

  it.each([
    [['--only', 'bridge,nginx'], /--only knows bridge, sample, .*“nginx”/],
    [['--leg', 'both'], /--leg is clear or tls, not “both”/],
    [['--calls', '0'], /--calls must be a whole number from 1 to 5000, not “0”/],
    [['--rounds', 'many'], /--rounds must be a whole number/],
    [['--minutes', '0'], /--minutes must be a whole number from 1 to 230, not “0”/],
    [['--against', 'nowhere/main.js'], /--against wants the main.js of a built bridge/],
    [['--fast'], /--fast.*--help names the options/],
  ])('refuse %j with what is wrong', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
    try {
      readOptions(args);
    } catch (error) {
      expect(error).toMatchObject({ exitCode: 2 });
    }
  });
});
