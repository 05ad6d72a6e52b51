import type { Leg } from './contender-names';
import type { Contender, Running } from './contenders';
import { type Counted, type Generator, startGenerator } from './load/generator';
import type { Cores } from './machine';
import { percentileMs } from './statistics';
import { readCoreBusyMs, readProcessorMs, readResidentBytes } from './usage';

/** One run of one contender. */
export interface TrialPlan {
  readonly leg: Leg;
  readonly calls: number;
  readonly warmMs: number;
  readonly measuredMs: number;
  /** How long a part of the measured time is, where `part` is to be told of each. */
  readonly partMs?: number;
}

/** What is told while a trial runs. */
export interface TrialListener {
  /** The measured time begins. */
  readonly begin?: (running: Running) => void;
  /** A part of it is over. @param counted since the measured time began. */
  readonly part?: (running: Running, counted: Counted) => void;
  /** It has ended; the figures are read before. */
  readonly end?: (running: Running) => Promise<void>;
}

/** What every trial needs of the machine. */
export interface Site {
  readonly cores: Cores;
  readonly generator: string;
  readonly tls: { readonly certPath: string; readonly keyPath: string } | undefined;
}

/** 50th, 99th and 99.9th percentile, in milliseconds. */
export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
}

/** What came of it. */
export interface Trial {
  readonly contender: string;
  readonly leg: Leg;
  readonly calls: number;
  /** Processor time of the contender for one second of one call; NaN where there is no process. */
  readonly cpuMsPerCallS: number;
  /** What the process grew by, from before the first call, over the calls. */
  readonly kbPerCall: number;
  readonly residentMb: number;
  readonly up: Latency;
  readonly down: Latency;
  /** Frames and deltas that were sent and had not arrived 5 s after the last. */
  readonly missing: number;
  /** The share of its core that the generator used, and how late its timers were. */
  readonly generatorBusy: number;
  readonly generatorLateP99Ms: number;
  /** The share of the contender's core that others used. */
  readonly strangers: number;
}

/** Over these the figures are those of the generator, or of who else is on the machine. */
export const GENERATOR_BUSY_MOST = 0.85;
export const GENERATOR_LATE_MOST_MS = 2;
export const STRANGERS_MOST = 0.05;

/**
 * Runs one trial: generator, contender, admissions, calls, and all of it ended again.
 * @throws Error with what failed.
 */
export async function runTrial(
  contender: Contender,
  plan: TrialPlan,
  site: Site,
  listener: TrialListener = {},
): Promise<Trial> {
  const { cores } = site;
  const tls = plan.leg === 'tls' ? site.tls : undefined;
  const generator = await startGenerator(site.generator, cores.load, tls);
  let running: Running | undefined;
  try {
    running = await contender.start({
      core: cores.bridge,
      leg: plan.leg,
      modelPort: generator.port,
      certPath: tls?.certPath,
      calls: plan.calls,
    });
    return await measure(contender, plan, cores, generator, running, listener);
  } finally {
    await generator.stop();
    await running?.stop();
  }
}

async function measure(
  contender: Contender,
  plan: TrialPlan,
  cores: Cores,
  generator: Generator,
  running: Running,
  listener: TrialListener,
): Promise<Trial> {
  const pid = running.process?.pid;
  const emptyBytes = pid === undefined ? 0 : readResidentBytes(pid);
  const calls = await running.admit();
  generator.run({
    ...{ ...plan, port: running.port, isRelay: contender.isRelay, calls },
    onPart: (counted) => listener.part?.(running, counted),
  });
  const read = () => ({
    atMs: performance.now(),
    ownMs: pid === undefined ? 0 : readProcessorMs(pid),
    coreMs: cores.bridge === undefined ? undefined : readCoreBusyMs(cores.bridge),
  });
  await generator.measuring;
  listener.begin?.(running);
  const from = read();
  const generatorMs = await generator.measured;
  const to = read();
  const residentBytes = pid === undefined ? 0 : readResidentBytes(pid);
  const after = listener.end?.(running);
  const counted = await generator.counted;
  await after;
  const tookMs = to.atMs - from.atMs;
  const ownMs = to.ownMs - from.ownMs;
  const coreMs = (to.coreMs ?? 0) - (from.coreMs ?? 0);
  return {
    contender: contender.name,
    leg: plan.leg,
    calls: plan.calls,
    cpuMsPerCallS: pid === undefined ? NaN : ownMs / plan.calls / (tookMs / 1_000),
    kbPerCall: pid === undefined ? NaN : (residentBytes - emptyBytes) / 1_024 / plan.calls,
    residentMb: residentBytes / 2 ** 20,
    up: readLatency(counted.up),
    down: readLatency(counted.down),
    missing: countMissing(counted),
    generatorBusy: generatorMs / plan.measuredMs,
    generatorLateP99Ms: percentileMs(counted.late, 0.99),
    strangers: to.coreMs === undefined ? NaN : Math.max(0, coreMs - ownMs) / tookMs,
  };
}

function readLatency(histogram: Counted['up']): Latency {
  return {
    p50Ms: percentileMs(histogram, 0.5),
    p99Ms: percentileMs(histogram, 0.99),
    p999Ms: percentileMs(histogram, 0.999),
  };
}

function countMissing({ frames, framesArrived, deltas, deltasArrived }: Counted): number {
  return frames - framesArrived + deltas - deltasArrived;
}

/** True if somebody else took time of either core, so that it is worth another try. */
export function wasDisturbed(trial: Trial): boolean {
  const { strangers, generatorBusy } = trial;
  return strangers > STRANGERS_MOST || (!wasFair(trial) && generatorBusy <= GENERATOR_BUSY_MOST);
}

/** True if the generator was a fair load. */
export function wasFair({ generatorBusy, generatorLateP99Ms }: Trial): boolean {
  return generatorBusy <= GENERATOR_BUSY_MOST && generatorLateP99Ms <= GENERATOR_LATE_MOST_MS;
}
