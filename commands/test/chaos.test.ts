import { setTimeout as sleep } from 'node:timers/promises';
import { buildDist, ROOT } from '../../deploy/test/stage/built-bridge';
import { chooseScenarios, runFaults } from '../chaos/faults/faults';
import type { Scenario } from '../chaos/faults/scenarios';
import { drawTable } from '../chaos/faults/table';

jest.setTimeout(120_000);

/** What is done one after the other in the same calls, each for so many ms. */
const FAULTS = [
  ['store-paused', 1_000],
  ['functions-slow', 500],
  ['bridge-paused', 500],
  ['line-slow', 500],
  ['line-paused', 500],
  ['model-reset', 0],
] as const;

/** `npm run chaos` tries each alone, and more of them. */
const medley: Scenario = {
  ...{ name: 'medley', title: 'one thing after the other', seconds: 3, mostSeconds: 3 },
  ...{ when: 'in-talk', underLoad: false, isHeard: true, needsRedis: false },
  mostSilentMs: () => 5_000,
  act: async (stage) => {
    for (const [name, ms] of FAULTS) {
      for (const { act } of chooseScenarios(name)) await act(stage, ms);
      await sleep(100);
    }
  },
};

it('calls during which every part is paused, slowed or cut are heard out, and their records are whole', async () => {
  buildDist();
  const [report] = await runFaults(ROOT, [medley], { lines: 3, spreadMs: 2_000 }, () => undefined);
  if (report === undefined) throw new Error('no report');
  expect(report.calls.flatMap(({ broken }) => broken)).toEqual([]);
  expect(report.calls).toHaveLength(3);
  // The fault was there: each call lost its model.
  for (const { record } of report.calls)
    expect(record?.errors.map(({ code }) => code)).toContain('model_closed');
  expect(drawTable(report).at(-1)).toContain('held: 3 calls');
});
