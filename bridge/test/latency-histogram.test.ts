import { Registry } from 'prom-client';
import { LatencyHistogram } from '../src/load/latency-histogram';

describe('A histogram of latencies', () => {
  it('is in a scrape like any other', async () => {
    const registry = new Registry();
    const latency = new LatencyHistogram({
      ...{ name: 'held_seconds', help: 'How long', registers: [registry] },
      boundsMs: [1, 20],
    });
    for (const ms of [0.5, 1, 2, 20, 21]) latency.note(ms);
    const text = await registry.metrics();
    expect(text.trim().split('\n')).toEqual([
      '# HELP held_seconds How long',
      '# TYPE held_seconds histogram',
      'held_seconds_bucket{le="0.001"} 2',
      'held_seconds_bucket{le="0.02"} 4',
      'held_seconds_bucket{le="+Inf"} 5',
      'held_seconds_sum 0.0445',
      'held_seconds_count 5',
    ]);
  });
});
