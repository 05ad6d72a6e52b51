import { join } from 'node:path';
import type { Leg } from './contender-names';
import { ourBridge } from './contenders';
import { compareQuarters, drawFlatness, type Flatness } from './flatness';
import type { Counted } from './load/generator';
import type { BenchOptions } from './options';
import { findDoubts } from './report';
import type { Voices } from './run-bench';
import { prepareSite, requireLeg } from './site';
import { countedSince, percentileMs } from './statistics';
import { runTrial, type Site, type TrialPlan } from './trial';
import { readProcessorMs, readResidentBytes } from './usage';

/** What one minute of the same calls was. */
export interface Minute {
  readonly cpuMsPerCallS: number;
  readonly residentMb: number;
  readonly upP50Ms: number;
  readonly upP99Ms: number;
  readonly downP50Ms: number;
  readonly downP99Ms: number;
}

interface Watched {
  readonly leg: Leg;
  readonly minutes: readonly Minute[];
  readonly flatness: readonly Flatness[];
  readonly missing: number;
}

const MINUTE_MS = 60_000;
/** What is held, and what the last may be of the first: machines are fast and slow by turns, memory is not. */
const HELD: readonly (readonly [string, (minute: Minute) => number, number])[] = [
  ['resident MB', ({ residentMb }) => residentMb, 1.1],
  ['p99 up, ms', ({ upP99Ms }) => upP99Ms, 1.5],
  ['p99 down, ms', ({ downP99Ms }) => downP99Ms, 1.5],
];

/**
 * Carries the same calls for minutes, and prints what each minute was: memory and latency are to stay
 * what they are.
 * @param root the repository, built.
 * @returns false if a byte was lost, or something grew.
 * @throws CommandError without gcc or, for TLS, the headers of OpenSSL; or the error of a bridge that could not run.
 */
export async function runMinutes(
  { legs, calls, warmMs, minutes = 1, json }: BenchOptions,
  root: string,
  { print, progress }: Voices,
): Promise<boolean> {
  const prepared = await prepareSite(root);
  const { site, machine } = prepared;
  const notes = [...prepared.notes];
  const results: Watched[] = [];
  try {
    for (const leg of legs) {
      requireLeg(leg, site);
      progress(`${calls} calls for ${minutes} minutes, ${leg}`);
      const file = join(root, 'dist/bridge/main.js');
      const plan = { ...{ leg, calls, warmMs }, measuredMs: minutes * MINUTE_MS };
      const { doubts, ...watched } = await watch(file, plan, site, (minute, at) =>
        progress(`minute ${at}: ${describeMinute(minute)}`),
      );
      results.push(watched);
      notes.push(...doubts);
    }
  } finally {
    prepared.remove();
  }
  if (json) print(JSON.stringify({ calls, machine, results, notes }, null, 2));
  else print(describe({ calls, machine, results, notes }));
  return results.every(
    ({ missing, flatness }) => missing === 0 && flatness.every(({ isFlat }) => isFlat),
  );
}

async function watch(
  file: string,
  plan: TrialPlan,
  site: Site,
  onMinute: (minute: Minute, at: number) => void,
): Promise<Watched & { readonly doubts: readonly string[] }> {
  const minutes: Minute[] = [];
  let before = { atMs: 0, cpuMs: 0, up: [] as Counted['up'], down: [] as Counted['down'] };
  const trial = await runTrial(
    ourBridge('bridge', 'this bridge', file),
    { ...plan, partMs: MINUTE_MS },
    site,
    {
      begin: ({ process }) => {
        before = { ...before, atMs: performance.now(), cpuMs: readProcessorMs(process?.pid ?? 0) };
      },
      part: ({ process }, { up, down }) => {
        const pid = process?.pid ?? 0;
        const now = { atMs: performance.now(), cpuMs: readProcessorMs(pid), up, down };
        const seconds = (now.atMs - before.atMs) / 1_000;
        const upNow = countedSince(up, before.up);
        const downNow = countedSince(down, before.down);
        const minute = {
          cpuMsPerCallS: (now.cpuMs - before.cpuMs) / plan.calls / seconds,
          residentMb: readResidentBytes(pid) / 2 ** 20,
          upP50Ms: percentileMs(upNow, 0.5),
          upP99Ms: percentileMs(upNow, 0.99),
          downP50Ms: percentileMs(downNow, 0.5),
          downP99Ms: percentileMs(downNow, 0.99),
        };
        before = now;
        minutes.push(minute);
        onMinute(minute, minutes.length);
      },
    },
  );
  const { leg } = plan;
  return {
    ...{ leg, minutes, missing: trial.missing, flatness: judgeMinutes(minutes) },
    doubts: findDoubts([{ trials: [trial], searched: [] }]),
  };
}

/** Holds the last quarter of the minutes against the first; one alone says nothing. */
export function judgeMinutes(minutes: readonly Minute[]): readonly Flatness[] {
  if (minutes.length < 2) return [];
  return HELD.map(([what, of, factor]) => {
    const { first, last } = compareQuarters(minutes, of);
    const most = first * factor;
    return {
      ...{ what, first: inTenths(first), last: inTenths(last), most: inTenths(most) },
      isFlat: last <= most,
    };
  });
}

function inTenths(number: number): number {
  return Math.round(number * 10) / 10;
}

function describeMinute(minute: Minute): string {
  const { cpuMsPerCallS, residentMb, upP50Ms, upP99Ms, downP50Ms, downP99Ms } = minute;
  return [
    `CPU ${cpuMsPerCallS.toFixed(2)} ms a call-second`,
    `${residentMb.toFixed(1)} MB`,
    `p50 / p99 up ${upP50Ms.toFixed(1)} / ${upP99Ms.toFixed(1)} ms`,
    `down ${downP50Ms.toFixed(1)} / ${downP99Ms.toFixed(1)} ms`,
  ].join(', ');
}

function describe(report: {
  readonly calls: number;
  readonly machine: string;
  readonly results: readonly Watched[];
  readonly notes: readonly string[];
}): string {
  const { calls, machine, results, notes } = report;
  return [
    `${calls} calls on one core. ${machine}`,
    ...results.flatMap(({ leg, minutes, flatness, missing }) => [
      ...minutes.map((minute, at) => `${leg}, minute ${at + 1}: ${describeMinute(minute)}`),
      ...flatness.map(drawFlatness),
      ...(missing === 0 ? [] : [`FAILED: ${missing} frames or deltas did not arrive`]),
    ]),
    ...notes.map((note) => `Note: ${note}.`),
  ].join('\n');
}
