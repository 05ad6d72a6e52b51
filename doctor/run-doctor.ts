import { CHAIN } from './chain';
import type { Check, Result } from './check';
import { examine } from './checkup';
import type { Examination, VariableFaults } from './examination';
import { type DoctorOptions, readOptions } from './options';
import { reportOf } from './printing/json';
import type { FindModel } from './model/target';
import { runPastCall } from './past-call/run-past-call';
import { linesOf, summaryOf } from './printing/lines';
import { Reach } from './reach';
import { runTwiml } from './twiml/run-twiml';
import { readSettings } from './settings';
import { openTwilio } from '../twilio-account/client';

/** What the doctor is given by the command. */
export interface DoctorSurroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly print: (line: string) => void;
  readonly findVariableFaults: VariableFaults;
  readonly findModel: FindModel;
  readonly interrupted: AbortSignal;
}

/**
 * `npm run doctor`: gives the exit code.
 * @throws CommandError where the options are wrong.
 */
export async function runDoctor(
  args: readonly string[],
  surroundings: DoctorSurroundings,
): Promise<number> {
  const options = readOptions(args);
  if (options.call !== undefined) return runPastCall(options.call, options, surroundings);
  if (options.twiml !== undefined) return runTwiml(options.twiml, options, surroundings);
  return walkChain(options, surroundings);
}

async function walkChain(
  { phoneNumber, hosts, only, json }: DoctorOptions,
  { environment, print, findVariableFaults, findModel, interrupted }: DoctorSurroundings,
): Promise<number> {
  const reach = new Reach(hosts);
  const examination: Examination = {
    settings: readSettings(environment, { phoneNumber, hosts }),
    reach,
    openTwilio: () => openTwilio(environment),
    findVariableFaults,
    findModel,
    facts: {},
    interrupted,
  };
  const results: Result[] = [];
  for await (const result of examine(choose(CHAIN, only), examination)) {
    results.push(result);
    if (!json) linesOf(result).forEach(print);
  }
  await reach.close();
  if (json) print(JSON.stringify(reportOf(results)));
  else summaryOf(results).forEach(print);
  return results.some(({ state }) => state === 'fault') ? 1 : 0;
}

/** The checks of these parts, and what they need. */
function choose(chain: readonly Check[], only: readonly string[]): readonly Check[] {
  if (only.length === 0) return chain;
  const wanted = new Set<string>();
  for (const check of [...chain].reverse()) {
    const isAsked = only.includes(check.id.split('.')[0] ?? '');
    if (!isAsked && !wanted.has(check.id)) continue;
    wanted.add(check.id);
    check.needs.forEach((need) => wanted.add(need));
  }
  return chain.filter(({ id }) => wanted.has(id));
}
