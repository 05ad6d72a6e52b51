import type { Metrics } from '../metrics';

/** What has been since the start of the process, from the metrics. */
export interface Counters {
  readonly admitted: number;
  /** Requests, upgrades and admissions that were refused, strangers' included. */
  readonly refused: number;
  readonly ended: number;
  /** Of these, ended by a fault. */
  readonly failed: number;
  readonly streamsArrived: number;
  /** After STREAM_ARRIVAL_S; one that came later counts as arrived as well. */
  readonly streamsNotArrived: number;
  readonly modelErrors: number;
  readonly recordsLost: number;
}

/** Reads the counters. */
export async function readCounters(metrics: Metrics): Promise<Counters> {
  const ended = (await metrics.ended.get()).values;
  const failed = ended.filter(({ labels: { code } }) => code !== '' && code !== 'call_too_long');
  return {
    admitted: await total(metrics.admitted),
    refused: await total(metrics.refused),
    ended: sum(ended),
    failed: sum(failed),
    streamsArrived: await total(metrics.arrived),
    streamsNotArrived: await total(metrics.notArrived),
    modelErrors: await total(metrics.modelErrors),
    recordsLost: await total(metrics.recordsLost),
  };
}

async function total(counter: Pick<Metrics['admitted'], 'get'>): Promise<number> {
  return sum((await counter.get()).values);
}

function sum(values: readonly { readonly value: number }[]): number {
  return values.reduce((whole, { value }) => whole + value, 0);
}
