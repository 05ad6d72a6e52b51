import type { Finding, Result } from '../check';

/** What `--json` prints: every check, and the faults again by themselves. */
export interface DoctorReport {
  readonly ok: boolean;
  readonly causes: readonly (Finding & { readonly check: string })[];
  readonly checks: readonly Result[];
}

/** Puts the results together. */
export function reportOf(checks: readonly Result[]): DoctorReport {
  const causes = checks.flatMap(({ id, findings }) =>
    findings.filter(({ level }) => level === 'fault').map((one) => ({ check: id, ...one })),
  );
  return { ok: causes.length === 0, causes, checks };
}
