import { Deadline } from '../src/call/deadline';

describe('A deadline that is moved', () => {
  const begin = () => {
    const passed: number[] = [];
    const beganAtMs = performance.now();
    let wake: () => void = () => undefined;
    const deadline = new Deadline(() => {
      passed.push(performance.now() - beganAtMs);
      wake();
    });
    const until = new Promise<void>((resolve) => (wake = resolve));
    return { deadline, passed, until };
  };
  const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  it('passes once, after the last that was said', async () => {
    const { deadline, passed, until } = begin();
    deadline.set(20);
    deadline.set(60);
    await until;
    expect(passed[0]).toBeGreaterThan(57);
    await sleep(40);
    expect(passed).toHaveLength(1);
  });

  it('can be moved nearer', async () => {
    const { deadline, passed, until } = begin();
    deadline.set(60_000);
    deadline.set(20);
    await until;
    expect(passed[0]).toBeGreaterThan(17);
  });

  it('does not pass once it is cleared, and can be set again', async () => {
    const { deadline, passed, until } = begin();
    deadline.set(10);
    deadline.clear();
    await sleep(30);
    expect(passed).toHaveLength(0);
    deadline.set(10);
    await until;
    expect(passed).toHaveLength(1);
  });

  it('may be set again by what is told that it has passed', async () => {
    let times = 0;
    await new Promise<void>((resolve) => {
      const deadline: Deadline = new Deadline(() => {
        times += 1;
        if (times === 3) resolve();
        else deadline.set(5);
      });
      deadline.set(5);
    });
    expect(times).toBe(3);
  });
});
