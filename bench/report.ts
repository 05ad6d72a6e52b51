import type { Bout } from './bout';
import type { Capacity } from './capacity';
import type { Leg } from './contender-names';
import { type Spread, spreadOf } from './statistics';
import { GENERATOR_BUSY_MOST, type Latency, STRANGERS_MOST, type Trial, wasFair } from './trial';

/** One line of the table. */
export interface Row {
  readonly contender: string;
  readonly title: string;
  readonly leg: Leg;
  readonly trials: readonly Trial[];
  readonly cpuMsPerCallS: Spread | undefined;
  /** Against the sample on the same leg, or the first row of it. */
  readonly ratio: number | undefined;
  readonly up: Latency | undefined;
  readonly down: Latency | undefined;
  /** The highest 99th percentile of all runs, beside the median of them. */
  readonly worstP99Ms: number | undefined;
  readonly kbPerCall: Spread | undefined;
  readonly capacity: Capacity | undefined;
  readonly fault: string | undefined;
}

/** All that one run of the bench found. */
export interface Report {
  readonly at: string;
  readonly machine: string;
  /** The load of the last minute, before the first run. */
  readonly load: number;
  readonly calls: number;
  readonly rounds: number;
  readonly measuredMs: number;
  /** Which row the ratios are against. */
  readonly base: string;
  readonly rows: readonly Row[];
  /** What the reader has to know before believing a figure. */
  readonly notes: readonly string[];
}

const BASE = 'sample';

/** Puts bouts into rows: medians of the runs, and ratios against the sample. */
export function summarize(bouts: readonly Bout[]): { base: string; rows: readonly Row[] } {
  const base = bouts.some(({ contender }) => contender.name === BASE)
    ? BASE
    : (bouts[0]?.contender.name ?? BASE);
  const cpuOf = (bout: Bout | undefined) =>
    spread(bout?.trials ?? [], ({ cpuMsPerCallS }) => cpuMsPerCallS);
  const rows = bouts.map((bout): Row => {
    const { contender, leg, trials, capacity, fault } = bout;
    const against = cpuOf(
      bouts.find((other) => other.contender.name === base && other.leg === leg),
    );
    const cpuMsPerCallS = cpuOf(bout);
    return {
      contender: contender.name,
      title: contender.title,
      leg,
      trials,
      cpuMsPerCallS,
      ratio: against && cpuMsPerCallS && cpuMsPerCallS.median / against.median,
      up: latency(trials, ({ up }) => up),
      down: latency(trials, ({ down }) => down),
      worstP99Ms: spread(trials, ({ up, down }) => Math.max(up.p99Ms, down.p99Ms))?.most,
      kbPerCall: spread(trials, ({ kbPerCall }) => kbPerCall),
      capacity,
      fault,
    };
  });
  return { base, rows };
}

/** What makes the figures doubtful, of the rounds and of the search. */
export function findDoubts(bouts: readonly Pick<Bout, 'trials' | 'searched'>[]): readonly string[] {
  const rounds = bouts.flatMap(({ trials }) => trials);
  const all = [...rounds, ...bouts.flatMap(({ searched }) => searched)];
  const busy = rounds.filter(({ generatorBusy }) => generatorBusy > GENERATOR_BUSY_MOST);
  const late = rounds.filter((trial) => !wasFair(trial) && !busy.includes(trial));
  const disturbed = all.filter(({ strangers }) => strangers > STRANGERS_MOST);
  const most = (trials: readonly Trial[], read: (trial: Trial) => number) =>
    Math.max(...trials.map(read));
  const doubts: string[] = [];
  if (busy.length > 0)
    doubts.push(
      `the generator was the limit in ${busy.length} of ${rounds.length} runs, its core up to ${percent(most(busy, ({ generatorBusy }) => generatorBusy))} busy: latencies are too high there, take fewer calls`,
    );
  if (late.length > 0)
    doubts.push(
      `the generator's timers were late in ${late.length} of ${rounds.length} runs, at p99 by up to ${most(late, ({ generatorLateP99Ms }) => generatorLateP99Ms).toFixed(1)} ms: something else takes its core, and latencies are too high there`,
    );
  if (disturbed.length > 0)
    doubts.push(
      `something else used up to ${percent(most(disturbed, ({ strangers }) => strangers))} of the bridge's core, in ${disturbed.length} of ${all.length} runs`,
    );
  return doubts;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function spread(trials: readonly Trial[], read: (trial: Trial) => number): Spread | undefined {
  return trials.length === 0 ? undefined : spreadOf(trials.map(read));
}

function latency(trials: readonly Trial[], read: (trial: Trial) => Latency): Latency | undefined {
  if (trials.length === 0) return undefined;
  const middle = (name: keyof Latency) => spreadOf(trials.map((trial) => read(trial)[name])).median;
  return { p50Ms: middle('p50Ms'), p99Ms: middle('p99Ms'), p999Ms: middle('p999Ms') };
}
