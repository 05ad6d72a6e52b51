import type { Result } from '../../check';

/** Check, level and id of a finding. */
export type Listed = readonly [check: string, level: string, id: string];

/** All findings, in their order. */
export function listFindings(results: readonly Result[]): readonly Listed[] {
  return results.flatMap(({ id, findings }) =>
    findings.map((finding): Listed => [id, finding.level, finding.id]),
  );
}
