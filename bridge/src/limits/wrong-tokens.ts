import { RecentCount } from './recent-count';

const MINUTE_MS = 60_000;
const ALL = 'all';

/** Wrong operator tokens within the last minute, by address and in all. */
export class WrongTokens {
  readonly #max: number;
  readonly #maxPerAddress: number;
  readonly #ofAddress = new RecentCount(MINUTE_MS);
  readonly #ofAll = new RecentCount(MINUTE_MS);

  constructor(max: number, maxPerAddress: number) {
    this.#max = max;
    this.#maxPerAddress = maxPerAddress;
  }

  /** Counts a wrong one. @returns false where there were too many already. */
  note(address: string): boolean {
    const isWithin =
      this.#ofAddress.count(address) < this.#maxPerAddress && this.#ofAll.count(ALL) < this.#max;
    if (isWithin) {
      this.#ofAddress.note(address, this.#maxPerAddress);
      this.#ofAll.note(ALL, this.#max);
    }
    return isWithin;
  }
}
