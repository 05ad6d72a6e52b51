import { changeLine } from '../../twilio-account/change-line';
import { pointNumber } from '../../twilio-account/point-number';
import type { PointingChange } from '../../twilio-account/pointing';
import { chooseParts } from '../chain';
import type { Result } from '../check';
import { findFunctions } from '../checks/number/functions';
import { examine } from '../checkup';
import type { Examination } from '../examination';
import type { DoctorOptions } from '../options';
import { reportOf } from '../printing/json';
import { linesOf, summaryOf } from '../printing/lines';
import type { DoctorSurroundings } from '../run-doctor';
import { planFix } from './plan';

/** What became of it. */
export interface FixReport {
  readonly changes: readonly PointingChange[];
  readonly set: boolean;
  /** Why nothing was set, or that nothing had to be. */
  readonly because?: string;
}

/** How it speaks with the one who runs it. */
interface Telling {
  /** With `--json` the changes are not printed, so the question says them. */
  readonly json: boolean;
  readonly say: (line: string) => void;
  readonly confirm: DoctorSurroundings['confirm'];
}

/**
 * `npm run doctor -- --fix`: examines the number, says what it would set, asks, sets it, and examines
 * the number again. Gives the exit code: 0 if all of the number holds in the end.
 * @param open a new examination, for each time.
 * @throws CommandError where Twilio refuses the change, or breaks off before its answer.
 */
export async function runFix(
  { yes, json }: Pick<DoctorOptions, 'yes' | 'json'>,
  { print, confirm }: Pick<DoctorSurroundings, 'print' | 'confirm'>,
  open: () => Examination,
): Promise<number> {
  const telling: Telling = {
    json,
    say: json ? () => undefined : print,
    confirm: yes ? () => Promise.resolve(true) : confirm,
  };
  const examination = open();
  const before = await examineNumber(examination, telling.say);
  const fix = await fixNumber(before, examination, telling);
  let after = before;
  if (fix.set) {
    telling.say('');
    after = await examineNumber(open(), telling.say);
  }
  const isBroken = after.some(({ state }) => state === 'fault');
  if (json) print(JSON.stringify({ ...reportOf(after), fix }));
  else if (isBroken) summaryOf(after).forEach(print);
  else print('\nEvery link up to the number holds.');
  const isLeft = !fix.set && fix.changes.length > 0;
  return isBroken || isLeft ? 1 : 0;
}

async function examineNumber(
  examination: Examination,
  say: (line: string) => void,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for await (const result of examine(chooseParts(['number']), examination)) {
    results.push(result);
    linesOf(result).forEach(say);
  }
  await examination.reach.close();
  return results;
}

async function fixNumber(
  results: readonly Result[],
  examination: Examination,
  { json, say, confirm }: Telling,
): Promise<FixReport> {
  const { facts, openTwilio } = examination;
  const functionsUrl = facts.number && (await findFunctions(examination));
  const plan = planFix(results, facts.number, functionsUrl);
  if (typeof plan === 'string') {
    say(`\nNothing was set: ${plan}.`);
    return { changes: [], set: false, because: plan };
  }
  const { number, wanted, changes } = plan;
  if (changes.length === 0) {
    const because = 'the addresses of the number are as they shall be';
    say(`\nNothing was set: ${because}.`);
    return { changes, set: false, because };
  }
  const lines = changes.map(changeLine);
  say(`\nTo be set on ${number.phoneNumber}:`);
  lines.forEach((one) => say(`  ${one}`));
  const refusal = await findRefusal(number.phoneNumber, json ? lines : [], confirm);
  if (refusal !== undefined) {
    say(`Nothing was set: ${refusal}.`);
    return { changes, set: false, because: refusal };
  }
  await pointNumber(openTwilio(), number, wanted);
  say('All of it was set.');
  return { changes, set: true };
}

/** Undefined where it may be set. */
async function findRefusal(
  phoneNumber: string,
  lines: readonly string[],
  confirm: Telling['confirm'],
): Promise<string | undefined> {
  if (confirm === undefined) {
    return 'there is no terminal to ask on; npm run doctor -- --fix --yes sets it without asking';
  }
  const question = [`Set this on ${phoneNumber}?`, ...lines, '(y/N) '].join(
    lines.length === 0 ? ' ' : '\n',
  );
  return (await confirm(question)) ? undefined : 'the answer was no';
}
