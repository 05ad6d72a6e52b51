import { Histogram } from 'prom-client';

/**
 * A histogram of latencies that is added to with every frame: to note one is to add to two numbers. One
 * of prom-client costs a microsecond for each, which is much beside a frame; a scrape sees no difference.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/#histograms-and-summaries
 */
export class LatencyHistogram extends Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #boundsMs: readonly number[];
  readonly #counts: Float64Array;
  #sumMs = 0;

  /** @param boundsMs upper bounds, ascending. */
  constructor({
    boundsMs,
    ...configuration
  }: Omit<ConstructorParameters<typeof Histogram>[0], 'buckets' | 'labelNames'> & {
    readonly boundsMs: readonly number[];
  }) {
    super({ ...configuration, buckets: boundsMs.map((ms) => ms / 1_000) });
    this.#name = configuration.name;
    this.#help = configuration.help;
    this.#boundsMs = boundsMs;
    this.#counts = new Float64Array(boundsMs.length + 1);
  }

  /** Notes one latency. */
  note(ms: number): void {
    let at = 0;
    while (at < this.#boundsMs.length && ms > (this.#boundsMs[at] ?? 0)) at += 1;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sumMs += ms;
  }

  override get(): ReturnType<Histogram['get']> {
    let count = 0;
    const buckets = [...this.#boundsMs, Infinity].map((ms, at) => {
      count += this.#counts[at] ?? 0;
      const le = ms === Infinity ? '+Inf' : ms / 1_000;
      return { metricName: `${this.#name}_bucket`, labels: { le }, value: count };
    });
    const values = [
      ...buckets,
      { metricName: `${this.#name}_sum`, labels: {}, value: this.#sumMs / 1_000 },
      { metricName: `${this.#name}_count`, labels: {}, value: count },
    ];
    const metric = { name: this.#name, help: this.#help, type: 'histogram', values };
    return Promise.resolve({ ...metric, aggregator: 'sum' } as unknown as Awaited<
      ReturnType<Histogram['get']>
    >); // the typings want an enum for `type`, and get its text
  }

  /** What the registry asks for when it writes the text. */
  getForPromString(): ReturnType<Histogram['get']> {
    return this.get();
  }
}
