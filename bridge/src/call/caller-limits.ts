import type { AdmissionRequest } from '@realtime-phone/protocol/admission';
import { CodedError } from '@realtime-phone/protocol/errors';
import { isWithheld } from '@realtime-phone/protocol/withheld-number';
import type { Config } from '../config';
import { RecentCount } from '../limits/recent-count';

/** All who withhold their number share this name, and wider limits. */
const WITHHELD = 'withheld';
const MINUTE_MS = 60_000;

type Asked = Pick<AdmissionRequest, 'direction' | 'from'>;

type Limits = Pick<
  Config,
  | 'MAX_CALLS_PER_CALLER'
  | 'MAX_CALLS_PER_CALLER_PER_MINUTE'
  | 'MAX_WITHHELD_CALLS'
  | 'MAX_WITHHELD_CALLS_PER_MINUTE'
>;

/**
 * How many calls one caller may have, at once and in a minute. Only calls that were let in are
 * counted, so that whoever is refused and dials again is not refused for ever; and only calls that
 * come in, since those that are placed were ordered by an operator.
 */
export class CallerLimits {
  readonly #limits: Limits;
  readonly #recent = new RecentCount(MINUTE_MS);
  readonly #atOnce = new Map<string, number>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** @throws CodedError `caller_calls_…` or `withheld_calls_…`, `_full` or `_too_frequent`. */
  check(request: Asked): void {
    const caller = nameCaller(request);
    if (caller === undefined) return;
    const { most, mostPerMinute } = this.#limitsOf(caller);
    const whose = caller === WITHHELD ? 'withheld_calls' : 'caller_calls';
    if ((this.#atOnce.get(caller) ?? 0) >= most)
      throw new CodedError(`${whose}_full`, `the limit is ${most}`);
    if (this.#recent.count(caller) >= mostPerMinute)
      throw new CodedError(`${whose}_too_frequent`, `the limit is ${mostPerMinute}`);
  }

  /** Counts a new call for its minute; one that only comes back to the bridge is none. */
  note(request: Asked): void {
    const caller = nameCaller(request);
    if (caller !== undefined) this.#recent.note(caller, this.#limitsOf(caller).mostPerMinute);
  }

  /**
   * Counts a call among those at once.
   * @returns what takes it out again, once.
   */
  enter(request: Asked): () => void {
    const caller = nameCaller(request);
    if (caller === undefined) return () => undefined;
    this.#atOnce.set(caller, (this.#atOnce.get(caller) ?? 0) + 1);
    return () => {
      const left = (this.#atOnce.get(caller) ?? 1) - 1;
      if (left > 0) this.#atOnce.set(caller, left);
      else this.#atOnce.delete(caller);
    };
  }

  #limitsOf(caller: string): { readonly most: number; readonly mostPerMinute: number } {
    return caller === WITHHELD
      ? {
          most: this.#limits.MAX_WITHHELD_CALLS,
          mostPerMinute: this.#limits.MAX_WITHHELD_CALLS_PER_MINUTE,
        }
      : {
          most: this.#limits.MAX_CALLS_PER_CALLER,
          mostPerMinute: this.#limits.MAX_CALLS_PER_CALLER_PER_MINUTE,
        };
  }
}

function nameCaller({ direction, from }: Asked): string | undefined {
  if (direction !== 'inbound') return undefined;
  return isWithheld(from) ? WITHHELD : from.toLowerCase();
}
