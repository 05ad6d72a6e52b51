import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Leg } from './contender-names';
import { ourBridge } from './contenders';
import { startGenerator } from './load/generator';
import type { BenchOptions } from './options';
import { makeCalls, NotAdmitted } from './our-bridge';
import type { Voices } from './run-bench';
import { prepareSite } from './site';
import { percentileMs } from './statistics';
import type { Site } from './trial';

/** What came of offering more calls than a core carries. */
interface Overload {
  readonly leg: Leg;
  readonly offered: number;
  readonly admitted: number;
  /** Refusals, by their code. */
  readonly refused: Readonly<Record<string, number>>;
  /** Added latency of those admitted, after the last was offered. */
  readonly upP99Ms: number;
  readonly downP99Ms: number;
}

const WANTED_P99_MS = 40;
const OFFERED_EACH_S = 40;
const TICK_MS = 50;
const MEASURED_MS = 10_000;
/** What the last that came needs to be a call like the others. */
const SETTLED_MS = 8_000;

/**
 * Offers more calls than a core carries, and prints what became of them.
 * @param root the repository, built.
 * @returns false if the audio of those that were admitted came later than wanted.
 * @throws CommandError without gcc, or what failed.
 */
export async function runOverload(
  { legs, calls, json }: BenchOptions,
  root: string,
  { print, progress }: Voices,
): Promise<boolean> {
  const prepared = await prepareSite(root);
  const { site, machine, notes } = prepared;
  const results: Overload[] = [];
  try {
    for (const leg of legs) {
      if (leg === 'tls' && site.tls === undefined) continue;
      progress(`offering ${calls} calls, ${leg}: ${OFFERED_EACH_S} a second`);
      results.push(await offerTooMany(join(root, 'dist/bridge/main.js'), leg, calls, site));
    }
  } finally {
    prepared.remove();
  }
  if (json) print(JSON.stringify({ machine, results, notes }, null, 2));
  else {
    print(`${calls} calls offered to one core, ${OFFERED_EACH_S} a second. ${machine}`);
    for (const result of results) print(describe(result));
    for (const note of notes) print(`Note: ${note}.`);
  }
  return results.every(({ upP99Ms, downP99Ms }) => Math.max(upP99Ms, downP99Ms) < WANTED_P99_MS);
}

function describe({ leg, admitted, refused, upP99Ms, downP99Ms }: Overload): string {
  const codes = Object.entries(refused).map(([code, count]) => `${count} ${code}`);
  return `${leg}: ${admitted} admitted, refused ${codes.join(', ') || 'none'}; p99 added up ${upP99Ms} ms, down ${downP99Ms} ms (wanted: under ${WANTED_P99_MS})`;
}

/**
 * Offers calls one after the other, as callers come, and lets those begin that the bridge admits; the
 * others would hear the fallback.
 * @param file the main.js of the built bridge.
 * @throws Error where the generator or the bridge fails, or a byte is lost.
 */
async function offerTooMany(
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
