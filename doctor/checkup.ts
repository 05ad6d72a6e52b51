import type { Check, Outcome, Result, State } from './check';
import type { Examination } from './examination';
import { listSecrets } from './settings';

/** No check may take longer; what hangs is a finding like any other. */
const LIMIT_MS = 30_000;

/**
 * Runs the checks in their order and tells of each as it ends. A check whose needs do not hold is not
 * reached: what it would find is only what the broken link before it does. No secret of the settings
 * stands in any result.
 * @throws TypeError where a check needs one that does not come before it.
 */
export async function* examine(
  checks: readonly Check[],
  examination: Examination,
): AsyncGenerator<Result> {
  const redact = redactor(listSecrets(examination.settings));
  const done = new Map<string, Result>();
  for (const check of checks) {
    const startedMs = performance.now();
    const result = redact({
      id: check.id,
      title: check.title,
      ...(notReached(check, done) ?? (await runOne(check, examination))),
      tookMs: Math.round(performance.now() - startedMs),
    });
    done.set(check.id, result);
    yield result;
  }
}

type Ended = Omit<Result, 'id' | 'title' | 'tookMs'>;

function notReached(
  { id, needs, after = [] }: Check,
  done: ReadonlyMap<string, Result>,
): Ended | undefined {
  for (const need of [...needs, ...after]) {
    const isNeeded = needs.includes(need);
    const before = done.get(need);
    if (before === undefined) {
      if (!isNeeded) continue;
      throw new TypeError(`${id} needs ${need}, which does not come before`);
    }
    const { state, because = need } = before;
    if (state === 'skipped' && isNeeded) {
      return {
        state: 'skipped',
        found: `without ${need} there is nothing to look at`,
        findings: [],
      };
    }
    if (!isNeeded && isAside(done.get(because))) continue;
    if (state === 'fault' || state === 'not reached') {
      const found = `tells nothing before ${because} holds`;
      return { state: 'not reached', found, findings: [], because };
    }
  }
  return undefined;
}

function isAside(result: Result | undefined): boolean {
  const faults = result?.findings.filter(({ level }) => level === 'fault') ?? [];
  return faults.length > 0 && faults.every((finding) => finding.isAside === true);
}

async function runOne(check: Check, examination: Examination): Promise<Ended> {
  const { found, findings = [], isSkipped } = await attempt(check, examination);
  return { state: isSkipped === true ? 'skipped' : stateOf(findings), found, findings };
}

function stateOf(findings: readonly { readonly level: string }[]): State {
  if (findings.some(({ level }) => level === 'fault')) return 'fault';
  return findings.length > 0 ? 'warning' : 'holds';
}

async function attempt(check: Check, examination: Examination): Promise<Outcome> {
  let limit: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    limit = setTimeout(() => reject(new Error(`no answer within ${LIMIT_MS / 1_000} s`)), LIMIT_MS);
  });
  try {
    return await Promise.race([check.run(examination), late]);
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return {
      found,
      findings: [
        {
          level: 'fault',
          id: 'check-broke-off',
          found,
          why: 'this check came to no answer, so nothing is known of its link',
          remedy: 'read the message; run npm run doctor again, and report it if it stays',
        },
      ],
    };
  } finally {
    clearTimeout(limit);
  }
}

function redactor(secrets: readonly string[]): (result: Result) => Result {
  const hide = (text: string) =>
    secrets.reduce((shown, secret) => shown.replaceAll(secret, '[secret]'), text);
  return (result) => ({
    ...result,
    found: hide(result.found),
    findings: result.findings.map((finding) => ({
      ...finding,
      found: hide(finding.found),
      why: hide(finding.why),
      remedy: hide(finding.remedy),
    })),
  });
}
