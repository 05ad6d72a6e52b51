import { type FaultPlan, type ScenarioReport, tryFault } from './run';
import { type Scenario, SCENARIOS } from './scenarios';
import { setStage } from './stage';

/** The scenarios of that name, or all whose name begins with that part; none where it is unknown. */
export function chooseScenarios(name: string): readonly Scenario[] {
  return SCENARIOS.filter((one) => one.name === name || one.name.startsWith(`${name}-`));
}

/**
 * Tries faults one after the other on one stage.
 * @param root the repository, built.
 * @param tell gets each report as it is there.
 */
export async function runFaults(
  root: string,
  scenarios: readonly Scenario[],
  plan: FaultPlan,
  tell: (report: ScenarioReport) => void,
): Promise<ScenarioReport[]> {
  const stage = await setStage(root, { MAX_CALLS: String(plan.lines * 2) });
  try {
    const reports: ScenarioReport[] = [];
    for (const scenario of scenarios) {
      const report = await tryFault(stage, scenario, plan);
      tell(report);
      reports.push(report);
    }
    return reports;
  } finally {
    await stage.close();
  }
}
