import { LoopPace } from '../src/load/loop-pace';

describe('The pace of a loop', () => {
  /** Looks so often at a loop whose work is what its calls need, and less the slower it goes. */
  const follow = (pace: LoopPace, fixed: number, perTurnMs: number, looks: number): void => {
    for (let look = 0; look < looks; look += 1)
      pace.adapt(Math.min(1, fixed + perTurnMs / pace.ms));
  };

  it('is the fastest while there is time enough', () => {
    const pace = new LoopPace(2);
    follow(pace, 0.5, 0.2, 100);
    expect(pace.ms).toBe(2);
    expect(pace.isSlow).toBe(false);
  });

  it('gets a little slower where there is little time left, and no slower', () => {
    const pace = new LoopPace(2);
    follow(pace, 0.75, 0.3, 100);
    expect(pace.ms).toBeGreaterThan(2);
    expect(pace.ms).toBeLessThan(5);
    follow(pace, 0.9, 0.1, 100);
    expect(pace.ms).toBe(5);
    expect(pace.isSlow).toBe(false);
  });

  it('has a bound, at which there is no room for more, and comes back from it', () => {
    const pace = new LoopPace(2);
    follow(pace, 1, 1, 20);
    expect(pace.ms).toBe(20);
    expect(pace.isSlow).toBe(true);
    follow(pace, 0.9, 0.1, 20);
    expect(pace.ms).toBe(5);
    expect(pace.isSlow).toBe(false);
    follow(pace, 0.3, 0.1, 50);
    expect(pace.ms).toBe(2);
    expect(pace.isSlow).toBe(false);
  });

  it('is never faster than it was set to be', () => {
    const pace = new LoopPace(25);
    follow(pace, 1, 1, 20);
    expect(pace.ms).toBe(25);
    follow(pace, 0.9, 0.1, 20);
    expect(pace.ms).toBe(25);
  });
});
