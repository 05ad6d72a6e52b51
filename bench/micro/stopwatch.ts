import { spreadOf } from '../statistics';

/** One way to do a thing, for a micro-benchmark. */
export interface Way {
  readonly name: string;
  /** Does it once; what it gives is kept alive, so that it is not optimised away. */
  readonly once: (turn: number) => unknown;
}

/** A thing that can be done in several ways; the first is the one to compare with. */
export interface MicroBenchmark {
  readonly what: string;
  readonly ways: readonly Way[];
}

const ROUNDS = 9;
const ROUND_MS = 100;
const BATCH = 1_000;

/** Where the last thing goes that a way gave. */
export const kept: { last: unknown } = { last: undefined };

/** Times each way in turn, round by round, and gives a line a way. */
export function compareWays({ what, ways }: MicroBenchmark): readonly string[] {
  const nsOf = ways.map((): number[] => []);
  for (const { once } of ways) timeRound(once); // so that all are compiled
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [at, { once }] of ways.entries()) nsOf[at]?.push(timeRound(once));
  }
  const spreads = nsOf.map(spreadOf);
  const width = Math.max(...ways.map(({ name }) => name.length));
  return [
    what,
    ...ways.map(({ name }, at) => {
      const { median = NaN, least = NaN, most = NaN } = spreads[at] ?? {};
      const ratio = median / (spreads[0]?.median ?? NaN);
      return `  ${name.padEnd(width)}  ${median.toFixed(0)} ns (${least.toFixed(0)}–${most.toFixed(0)})  ${ratio.toFixed(2)}`;
    }),
  ];
}

/** Nanoseconds of one turn, over a round. */
function timeRound(once: Way['once']): number {
  const startedAtMs = performance.now();
  let turns = 0;
  let tookMs: number;
  do {
    for (let turn = 0; turn < BATCH; turn += 1) kept.last = once(turn);
    turns += BATCH;
    tookMs = performance.now() - startedAtMs;
  } while (tookMs < ROUND_MS);
  return (tookMs / turns) * 1e6;
}
