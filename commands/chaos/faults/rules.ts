import type { CallReport } from '../../../simulator/phone/phone-call';
import type { CallerAccount } from './account';

/** What is looked at of the record of a call, as GET /calls/{CallSid} gives it. */
export interface SeenRecord {
  readonly end?: { readonly by: string; readonly code?: string };
  readonly errors: readonly { readonly code: string }[];
  readonly turns: readonly { readonly who: string }[];
}

/** One call, from both ends. */
export interface SeenCall {
  readonly account: CallerAccount;
  readonly report: Pick<CallReport, 'endedBy' | 'transcript'>;
  /** Undefined where the store has none. */
  readonly record: SeenRecord | undefined;
}

/** What a call must be like. */
export interface Rules {
  /** How long a caller may hear nobody. */
  readonly mostSilentMs: number;
  /** How many things the caller has to say. */
  readonly linesSaid: number;
}

/** Names every rule that a call broke, in a sentence each. */
export function findBroken({ account, report, record }: SeenCall, rules: Rules): string[] {
  const { silentMs, silentAtMs, said, answered } = account;
  const broken: string[] = [];
  if (silentMs > rules.mostSilentMs)
    broken.push(
      `nobody may be left in silence for over ${rules.mostSilentMs} ms: it was ${silentMs} ms, from ${silentAtMs} ms on`,
    );
  const spoke = report.transcript.find(({ who }) => who === 'twilio');
  if (spoke !== undefined) broken.push(`the agent has the word: Twilio said “${spoke.text}”`);
  if (report.endedBy !== 'caller')
    broken.push('a call is ended by its caller: this one was hung up on');
  if (said < rules.linesSaid)
    broken.push(`every caller is heard out: this one said ${said} of ${rules.linesSaid} things`);
  if (answered < said)
    broken.push(
      `every answer is heard: of ${said} things that the caller said ${answered} were answered`,
    );
  return [...broken, ...findRecordBroken(record, rules.linesSaid, account.cut)];
}

/** What the line broke off nobody understood, so the record cannot have it. */
function findRecordBroken(
  record: SeenRecord | undefined,
  linesSaid: number,
  cut: number,
): string[] {
  if (record === undefined) return ['every call has a record: this one has none'];
  const { end, turns } = record;
  const broken: string[] = [];
  if (end === undefined) broken.push('every record has an end: this one has none');
  else if (end.by !== 'caller' || end.code !== undefined)
    broken.push(`a record ends as its call did: this one was ended by ${describeEnd(record)}`);
  const count = (who: string) => turns.filter((turn) => turn.who === who).length;
  if (count('caller') < linesSaid - cut || count('agent') <= linesSaid - cut)
    broken.push(
      `a record has every turn: this one has ${count('caller')} of the caller and ${count('agent')} of the agent`,
    );
  return broken;
}

/** Who ended the call, by its record, and the code if there was a fault. */
export function describeEnd({ end }: SeenRecord): string {
  if (end === undefined) return 'none';
  return end.code === undefined ? end.by : `${end.by}, ${end.code}`;
}
