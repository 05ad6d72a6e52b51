import { type Capacity, searchCapacity, type SearchRange, type Verdict } from './capacity';
import type { Leg } from './contender-names';
import type { Contender } from './contenders';
import type { TakeTurn } from './turns';
import { runTrial, type Site, type Trial, type TrialPlan, wasDisturbed, wasFair } from './trial';

/** One contender on one leg, with all that was seen of it. */
export interface Bout {
  readonly contender: Contender;
  readonly leg: Leg;
  readonly trials: Trial[];
  /** Those of the search for the most calls. */
  readonly searched: Trial[];
  capacity: Capacity | undefined;
  /** Why it could not run, or what it lost; one is enough to leave it out of what follows. */
  fault: string | undefined;
}

const P99_MOST_MS = 20;
const FAULT_CHARACTERS = 300;

/** Calls and times of a trial, and how often it is tried while somebody else disturbs it. */
export type BoutPlan = Omit<TrialPlan, 'leg'> & { readonly tries: number };

/** Runs one trial, and notes what came of it. */
export async function addTrial(bout: Bout, plan: BoutPlan, site: Site): Promise<Trial | undefined> {
  if (bout.fault !== undefined) return undefined;
  try {
    const trial = await runQuietest(bout, plan, site);
    if (trial.missing > 0) bout.fault = `${trial.missing} frames or deltas did not arrive`;
    bout.trials.push(trial);
    return trial;
  } catch (error) {
    bout.fault = inOneLine(error);
    return undefined;
  }
}

/** Tries until nobody disturbs, and gives the trial that was disturbed least. */
async function runQuietest(bout: Bout, plan: BoutPlan, site: Site): Promise<Trial> {
  let quietest: Trial | undefined;
  for (let left = plan.tries; left > 0; left -= 1) {
    const trial = await runTrial(bout.contender, { ...plan, leg: bout.leg }, site);
    if (quietest === undefined || trial.strangers < quietest.strangers) quietest = trial;
    if (!wasDisturbed(trial)) return trial;
  }
  if (quietest === undefined) throw new RangeError('no try');
  return quietest;
}

function inOneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/g, ' ').slice(0, FAULT_CHARACTERS);
}

/**
 * Searches the most calls at which the 99th percentile of both ways stays under 20 ms.
 * @param takeTurn has it measure in turn with the searches of others.
 */
export async function addCapacity(
  bout: Bout,
  plan: Omit<BoutPlan, 'calls'>,
  range: SearchRange,
  site: Site,
  progress: (text: string) => void,
  takeTurn: TakeTurn,
): Promise<void> {
  if (bout.fault !== undefined) return;
  bout.capacity = await searchCapacity(async (calls) => {
    const verdict = await takeTurn(() => judge(bout, { ...plan, calls }, site));
    progress(`${bout.contender.name} ${bout.leg}: ${calls} calls, ${verdict}`);
    return verdict;
  }, range);
}

async function judge(bout: Bout, plan: BoutPlan, site: Site): Promise<Verdict> {
  try {
    const trial = await runQuietest(bout, plan, site);
    bout.searched.push(trial);
    const worstMs = Math.max(trial.up.p99Ms, trial.down.p99Ms);
    if (trial.missing === 0 && worstMs < P99_MOST_MS) return 'good';
    return wasFair(trial) ? 'bad' : 'generator';
  } catch {
    return 'bad'; // it went under: so many calls are too many
  }
}
