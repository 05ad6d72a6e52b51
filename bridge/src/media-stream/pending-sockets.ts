import { CodedError } from '@realtime-phone/protocol/errors';

/** Sockets that were accepted and have not shown a good `start` yet: counted, and bounded. */
export class PendingSockets {
  readonly #max: number;
  readonly #maxPerAddress: number;
  readonly #byAddress = new Map<string, number>();
  #count = 0;

  constructor(max: number, maxPerAddress: number) {
    this.#max = max;
    this.#maxPerAddress = maxPerAddress;
  }

  /**
   * Takes a place for a socket from an address.
   * @returns what gives the place back; it may be called more than once.
   * @throws CodedError `sockets_full` or `sockets_full_for_address`.
   */
  enter(address: string): () => void {
    const fromAddress = this.#byAddress.get(address) ?? 0;
    if (this.#count >= this.#max) throw new CodedError('sockets_full', `the limit is ${this.#max}`);
    if (fromAddress >= this.#maxPerAddress) {
      throw new CodedError('sockets_full_for_address', `the limit is ${this.#maxPerAddress}`);
    }
    this.#count += 1;
    this.#byAddress.set(address, fromAddress + 1);
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      this.#count -= 1;
      const left = (this.#byAddress.get(address) ?? 1) - 1;
      if (left === 0) this.#byAddress.delete(address);
      else this.#byAddress.set(address, left);
    };
  }
}
