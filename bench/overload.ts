import { setTimeout as sleep } from 'node:timers/promises';
import type { Leg } from './contender-names';
import { ourBridge } from './contenders';
import { startGenerator } from './load/generator';
import { makeCalls, NotAdmitted } from './our-bridge';
import { percentileMs } from './statistics';
import type { Site } from './trial';

/** What came of offering more calls than a core carries. */
export interface Overload {
  readonly leg: Leg;
  readonly offered: number;
  readonly admitted: number;
  /** Refusals, by their code. */
  readonly refused: Readonly<Record<string, number>>;
  /** Added latency of those admitted, after the last was offered. */
  readonly upP99Ms: number;
  readonly downP99Ms: number;
}

const OFFERED_EACH_S = 40;
const TICK_MS = 50;
const MEASURED_MS = 10_000;
/** What the last that came needs to be a call like the others. */
const SETTLED_MS = 8_000;

/**
 * Offers calls one after the other, as callers come, and lets those begin that the bridge admits; the
 * others would hear the fallback.
 * @param file the main.js of the built bridge.
 * @throws Error where the generator or the bridge fails, or a byte is lost.
 */
export async function offerTooMany(
  file: string,
  leg: Leg,
  offered: number,
  site: Site,
): Promise<Overload> {
  const tls = leg === 'tls' ? site.tls : undefined;
  const generator = await startGenerator(site.generator, site.cores.load, tls);
  const running = await ourBridge('bridge', 'this bridge', file)
    .start({
      ...{ core: site.cores.bridge, leg, modelPort: generator.port, certPath: tls?.certPath },
      calls: offered,
    })
    .catch(async (error: unknown) => {
      await generator.stop();
      throw error;
    });
  const refused: Record<string, number> = {};
  let admitted = 0;
  const offer = async (call: ReturnType<typeof makeCalls>[number]) => {
    try {
      generator.add([await running.admitOne(call)]);
      admitted += 1;
    } catch (error) {
      if (!(error instanceof NotAdmitted)) throw error;
      refused[error.code] = (refused[error.code] ?? 0) + 1;
    }
  };
  try {
    const rampMs = (offered / OFFERED_EACH_S) * 1_000;
    generator.run({
      ...{ port: running.port, isRelay: false, calls: [], room: offered },
      ...{ warmMs: rampMs + SETTLED_MS, measuredMs: MEASURED_MS },
    });
    const asked: Promise<void>[] = [];
    const startedAtMs = performance.now();
    for (const call of makeCalls(offered)) {
      while ((performance.now() - startedAtMs) / 1_000 < asked.length / OFFERED_EACH_S)
        await sleep(TICK_MS);
      asked.push(offer(call));
    }
    await Promise.all(asked);
    await generator.measured;
    const { up, down } = await generator.counted;
    return {
      ...{ leg, offered, admitted, refused },
      upP99Ms: percentileMs(up, 0.99),
      downP99Ms: percentileMs(down, 0.99),
    };
  } finally {
    await generator.stop();
    await running.stop();
  }
}
