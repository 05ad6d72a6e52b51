import type { Examination } from './examination';

/** Something that is wrong, or will surprise. */
export interface Finding {
  /** `fault`: calls do not work. `warning`: they do, but the operator should know. */
  readonly level: 'fault' | 'warning';
  /** Stable name, as in `certificate-expired`. */
  readonly id: string;
  /** Twilio's own error code, where it has one. */
  readonly twilioCode?: number;
  /** What is wrong, with the values that show it. */
  readonly found: string;
  /** What a caller hears of it, or why it matters. */
  readonly why: string;
  /** What to do: the exact setting or command. */
  readonly remedy: string;
  /** True for what only the doctor lacks: checks that stand after this one are reached all the same. */
  readonly isAside?: true;
}

/** What a check came to. */
export interface Outcome {
  /** One line: what was seen, as in `TLS 1.3, valid until 2027-01-31`. */
  readonly found: string;
  /** Nothing here: it holds. */
  readonly findings?: readonly Finding[];
  /** True where there was nothing to look at; `found` says why. */
  readonly isSkipped?: boolean;
}

/** One link of the chain, looked at from outside. */
export interface Check {
  /** Stable name, as in `bridge.certificate`: the part of the chain, and the link. */
  readonly id: string;
  readonly title: string;
  /** Checks that must hold before this one tells anything; it is not reached where one does not. */
  readonly needs: readonly string[];
  /**
   * Checks whose fault would show here again: this one is not reached where one of them has one.
   * They may be skipped, or not be among those that run.
   */
  readonly after?: readonly string[];
  /** What is not foreseen may be thrown: it becomes a fault of this check. */
  run(examination: Examination): Promise<Outcome>;
}

/** How a check ended. */
export type State = 'holds' | 'warning' | 'fault' | 'skipped' | 'not reached';

/** A check with what became of it. */
export interface Result {
  readonly id: string;
  readonly title: string;
  readonly state: State;
  readonly found: string;
  readonly findings: readonly Finding[];
  /** The check that has the fault, where this one was not reached. */
  readonly because?: string;
  readonly tookMs: number;
}

/** An outcome with one finding. */
export function oneFinding(finding: Finding): Outcome {
  return { found: finding.found, findings: [finding] };
}

/** An outcome of a check that had nothing to look at. */
export function skip(why: string): Outcome {
  return { found: why, isSkipped: true };
}
