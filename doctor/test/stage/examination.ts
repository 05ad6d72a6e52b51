import { findModelOfAgent } from '../../../commands/doctor/model-of-agent';
import { openTwilio, type TwilioClient } from '../../../twilio-account/client';
import type { Check, Result } from '../../check';
import { examine } from '../../checkup';
import type { Examination, Facts } from '../../examination';
import { Reach } from '../../reach';
import { readSettings } from '../../settings';

/** What a test examines; all of it may be left out. */
export interface StagedSetUp {
  readonly environment?: Readonly<Record<string, string>>;
  readonly phoneNumber?: string;
  /** Where public hosts really are. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** An authority that is trusted beside the usual ones, PEM. */
  readonly ca?: string;
  /** What earlier checks found. */
  readonly facts?: Facts;
  readonly variableFaults?: readonly string[];
  /** Otherwise one that speaks with Twilio itself. */
  readonly openTwilio?: () => TwilioClient;
  readonly nativeFault?: string;
  /** Where `.env` and `.env.functions` are; otherwise there are none. */
  readonly folder?: string;
}

/** An examination of a set-up; end its reach. */
export function stageExamination(setUp: StagedSetUp = {}): Examination {
  const { environment = {}, phoneNumber, hosts = {}, ca, facts = {}, variableFaults = [] } = setUp;
  return {
    settings: readSettings(environment, { phoneNumber, hosts }),
    reach: new Reach(hosts, ca),
    openTwilio: setUp.openTwilio ?? (() => openTwilio(environment)),
    findVariableFaults: () => variableFaults,
    findNativeFault: () => setUp.nativeFault,
    folder: setUp.folder ?? '/nowhere',
    findModel: findModelOfAgent,
    facts: { ...facts },
    interrupted: new AbortController().signal,
  };
}

/** Runs these checks, in their order, over a set-up. */
export async function examineSetUp(
  checks: readonly Check[],
  setUp: StagedSetUp = {},
): Promise<Result[]> {
  const examination = stageExamination(setUp);
  const results: Result[] = [];
  for await (const result of examine(checks, examination)) results.push(result);
  await examination.reach.close();
  return results;
}
