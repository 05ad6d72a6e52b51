/** One thing that a part looked at in itself, for `/diagnostics`. */
export interface SelfCheck {
  /** What was looked at, as in `the records`. */
  readonly name: string;
  /** `fault`: calls do not work, or not all. `warning`: they do, but the operator should know. */
  readonly state: 'holds' | 'warning' | 'fault';
  /** What was found, with the values that show it. */
  readonly found: string;
  /** What to do; there where it does not hold. */
  readonly remedy?: string;
}

/** What a row of checks comes to: the worst of them. */
export type Health = 'well' | 'warning' | 'fault';

/** Judges a part by its checks. */
export function judgeHealth(checks: readonly SelfCheck[]): Health {
  if (checks.some(({ state }) => state === 'fault')) return 'fault';
  return checks.some(({ state }) => state === 'warning') ? 'warning' : 'well';
}
