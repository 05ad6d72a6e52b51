import { chooseParts } from './chain';
import type { Result } from './check';
import { examine } from './checkup';
import type { VariableFaults } from './examination';
import { runFix } from './fix/run-fix';
import { openExamination } from './open-examination';
import { type DoctorOptions, readOptions } from './options';
import { reportOf } from './printing/json';
import type { FindModel } from './model/target';
import { runPastCall } from './past-call/run-past-call';
import { linesOf, summaryOf } from './printing/lines';
import { runTwiml } from './twiml/run-twiml';

/** What the doctor is given by the command. */
export interface DoctorSurroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly print: (line: string) => void;
  readonly findVariableFaults: VariableFaults;
  readonly findNativeFault: () => string | undefined;
  /** Where `.env` and `.env.functions` are. */
  readonly folder: string;
  /** Asks a question that is answered with yes or no; undefined where nobody can be asked. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined;
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
  if (options.fix)
    return runFix(options, surroundings, () => openExamination(options, surroundings));
  return walkChain(options, surroundings);
}

async function walkChain(
  options: DoctorOptions,
  surroundings: DoctorSurroundings,
): Promise<number> {
  const { print } = surroundings;
  const examination = openExamination(options, surroundings);
  const results: Result[] = [];
  for await (const result of examine(chooseParts(options.only), examination)) {
    results.push(result);
    if (!options.json) linesOf(result).forEach(print);
  }
  await examination.reach.close();
  if (options.json) print(JSON.stringify(reportOf(results)));
  else summaryOf(results).forEach(print);
  return results.some(({ state }) => state === 'fault') ? 1 : 0;
}
