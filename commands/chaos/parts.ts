import { spawnSync } from 'node:child_process';
import type { Scenario } from './faults/scenarios';
import { runFaults } from './faults/faults';
import type { ScenarioReport } from './faults/run';
import { drawTable } from './faults/table';
import { type KillReport, runKills } from './kills';
import { type RollingReport, runRolling } from './rolling';

/** What one part has found. */
export interface Told {
  readonly name: string;
  readonly report:
    RollingReport | KillReport | readonly ScenarioReport[] | { readonly skipped: string };
  readonly lines: readonly string[];
  readonly faults: number;
}

/** Tells what goes on meanwhile. */
type Progress = (text: string) => void;

/** Both parts with two bridges want the proxy in front of them. */
export function hasCaddy(): boolean {
  return spawnSync('caddy', ['version'], { stdio: 'ignore' }).status === 0;
}

/** Says that a part was left out. */
export function skip(name: string, skipped: string): Told {
  return { name, report: { skipped }, lines: [`${name}: not tried: ${skipped}`], faults: 0 };
}

/** Replaces two bridges under so many calls. */
export async function tellRolling(
  root: string,
  lines: number,
  pauseMs: number,
  progress: Progress,
): Promise<Told> {
  const report = await runRolling(root, { lines, pauseMs }, progress);
  const { calls, recordFaults, replacements } = report;
  const cut = calls.filter(({ fault }) => fault !== undefined);
  return {
    name: 'rolling',
    report,
    lines: [
      `${calls.length} calls, ${lines} at once, while ${replacements.length} bridges were replaced: ${cut.length} cut`,
      ...cut.map(({ callSid, node, fault }) => `  ${callSid} on ${node}: ${String(fault)}`),
      `records with another end than the call had: ${recordFaults.length}`,
      ...recordFaults.map((fault) => `  ${fault}`),
    ],
    faults: cut.length + recordFaults.length,
  };
}

/** Kills bridges in mid-call, with so many calls at each. */
export async function tellKills(
  root: string,
  kills: number,
  lines: number,
  progress: Progress,
): Promise<Told> {
  const report = await runKills(root, { kills, lines }, progress);
  const wrong = report.calls.filter(({ fault }) => fault !== undefined);
  const backMs = report.calls
    .flatMap(({ backMs: ms }) => (ms === undefined ? [] : [ms]))
    .sort((one, other) => one - other);
  const p50 = backMs[Math.floor(backMs.length / 2)] ?? 0;
  return {
    name: 'kill',
    report,
    lines: [
      `${kills} bridges killed in mid-call: of ${report.calls.length} calls ${backMs.length} lost theirs and heard the agent again, after p50 ${p50} ms, most ${backMs.at(-1) ?? 0} ms`,
      `calls or records that were not as they should be: ${wrong.length}`,
      ...wrong.map(({ callSid, fault }) => `  ${callSid}: ${String(fault)}`),
    ],
    faults: wrong.length,
  };
}

/** Tries faults on one stage; each table is told at once as well. */
export async function tellFaults(
  root: string,
  scenarios: readonly Scenario[],
  plan: { readonly lines: number; readonly seconds: number | undefined },
  progress: Progress,
): Promise<Told> {
  const report = await runFaults(root, scenarios, plan, (one) =>
    progress(`${one.name} was tried on ${one.calls.length} calls`),
  );
  return {
    name: 'faults',
    report,
    lines: report.flatMap(drawTable),
    faults: report.flatMap(({ calls }) => calls.flatMap(({ broken }) => broken)).length,
  };
}
