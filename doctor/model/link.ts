import type { Finding, Outcome } from '../check';
import type { Examination } from '../examination';
import { diagnose, type ModelLink } from './diagnosis';
import { type Talk, talkToModel } from './talk';
import type { ModelTarget } from './target';

/** A link of the model that holds: one line on it, and what will surprise. */
interface Held {
  readonly found: string;
  readonly warnings?: readonly Finding[];
}

/**
 * Looks at one link to the model. All of them are seen in one session, which is opened once, for
 * each one costs a second or two, and money.
 * @param hold says what was seen where the link is not the one that broke.
 */
export async function lookAtLink(
  link: ModelLink,
  examination: Examination,
  hold: (talk: Talk, target: ModelTarget) => Held,
): Promise<Outcome> {
  const { facts, reach, interrupted } = examination;
  const target = facts.model;
  if (target === undefined) throw new TypeError(`${link} comes after model.agent`);
  facts.modelTalk ??= talkToModel(target, reach, interrupted);
  const talk = await facts.modelTalk;
  const diagnosis = diagnose(talk, target);
  if (diagnosis?.link === link) {
    return { found: diagnosis.finding.found, findings: [diagnosis.finding] };
  }
  const { found, warnings = [] } = hold(talk, target);
  return { found, findings: warnings };
}
