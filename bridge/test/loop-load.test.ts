import { LoopLoad } from '../src/load/loop-load';
import { startTestBridge, type TestBridge } from './stand-in/bridge';
import { connectTwilio } from './stand-in/twilio';
import { startStandInModel, type StandInModel } from './stand-in/model';

/** Keeps this process from everything else. */
function block(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('A bridge whose event loop is late', () => {
  let model: StandInModel;
  let bridge: TestBridge;

  beforeEach(async () => {
    model = await startStandInModel();
    bridge = await startTestBridge(model.url, { MAX_LOOP_LAG_MS: '250' });
  });
  afterEach(async () => {
    await bridge.stop();
    model.close();
  });

  const admit = async (callSid: string) => {
    const { status, body } = await bridge.post('/calls', { callSid });
    return [status, body.code];
  };

  it('refuses another call, for those in progress, and takes one again when it is not late', async () => {
    const { token } = await bridge.admit('CA1');
    await sleep(30);
    block(600);
    await sleep(30);
    expect(await admit('CA2')).toEqual([201, undefined]); // nobody is on the line who would suffer
    const phone = connectTwilio(bridge.server.port, 'CA1', { token });
    await phone.opened;
    phone.start();
    await bridge.waitForLog('agent started');
    block(600);
    await sleep(30);
    expect(await admit('CA3')).toEqual([503, 'bridge_busy']);
    let answer = await admit('CA3');
    for (let turn = 0; turn < 100 && answer[0] === 503; turn += 1) {
      await sleep(100);
      answer = await admit('CA3');
    }
    expect(answer).toEqual([201, undefined]);
    phone.socket.close();
    const metrics = await (await fetch(`${bridge.url}/metrics`)).text();
    expect(metrics).toMatch(/^bridge_loop_lag_seconds_count [1-9]/m);
    expect(metrics).toMatch(/^bridge_refusals_total\{code="bridge_busy"\} [1-9]/m);
  });
});

describe('A loop that works nearly all the time', () => {
  /** Whether there is room for one more call, after a second and a half of hard work. */
  const isOverloaded = async (calls: number, paceMs = 0, maxBusyShare = 0.85) => {
    const load = new LoopLoad(
      { paceFromCalls: 50, paceMs, maxLagMs: 1_000, maxBusyShare },
      () => calls,
      () => undefined,
    );
    load.start();
    const untilMs = performance.now() + 1_500;
    while (performance.now() < untilMs) {
      block(20);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const was = load.isOverloaded;
    load.stop();
    return was;
  };

  it('has no room for one more call, unless there are only a few', async () => {
    expect(await isOverloaded(20)).toBe(true);
    expect(await isOverloaded(19)).toBe(false);
  });

  it('has room where it may work all the time, however slow its pace has become', async () => {
    expect(await isOverloaded(36, 2, 1)).toBe(false);
    expect(await isOverloaded(60, 2, 1)).toBe(false);
  });
});

describe('The pace of the loop', () => {
  const limits = { paceFromCalls: 50, paceMs: 5, maxLagMs: 1_000, maxBusyShare: 1 };

  /** Turns of the loop in so many milliseconds, with so many calls. */
  const countTurns = async (calls: number, paceMs: number): Promise<number> => {
    const load = new LoopLoad(
      { ...limits, paceMs },
      () => calls,
      () => undefined,
    );
    load.start();
    await sleep(60);
    let turns = 0;
    let isCounting = true;
    const count = () => {
      turns += 1;
      if (isCounting) setImmediate(count);
    };
    count();
    await sleep(300);
    isCounting = false;
    load.stop();
    return turns;
  };

  it('lets what is to leave leave before it sleeps', async () => {
    let sleepsAfter: number[] = [];
    const load = new LoopLoad(
      limits,
      () => 50,
      () => undefined,
      () => sleepsAfter.push(performance.now()),
    );
    load.start();
    await sleep(60);
    sleepsAfter = [];
    const wokeAtMs: number[] = [];
    const note = () => {
      wokeAtMs.push(performance.now());
      if (wokeAtMs.length < 10) setImmediate(note);
    };
    note();
    await sleep(100);
    load.stop();
    // Each turn of the loop, and before each sleep between two of them.
    for (let turn = 1; turn < 9; turn += 1) {
      const [fromMs = 0, toMs = 0] = wokeAtMs.slice(turn, turn + 2);
      expect(sleepsAfter.some((atMs) => atMs >= fromMs && atMs <= toMs)).toBe(true);
    }
  });

  it('is slow with many calls, and not touched with few, or where it is set to none', async () => {
    expect(await countTurns(50, 5)).toBeLessThanOrEqual(62);
    expect(await countTurns(49, 5)).toBeGreaterThan(200);
    expect(await countTurns(50, 0)).toBeGreaterThan(200);
  });
});
