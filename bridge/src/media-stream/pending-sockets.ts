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
   * Looks whether there is a place for a socket from an address.
   * @throws CodedError `sockets_full` or `sockets_full_for_address`.
   */
  check(address: string): void {
    if (this.#count >= this.#max) throw new CodedError('sockets_full', `the limit is ${this.#max}`);
    if ((this.#byAddress.get(address) ?? 0) >= this.#maxPerAddress)
      throw new CodedError('sockets_full_for_address', `the limit is ${this.#maxPerAddress}`);
  }

  /**
   * Takes a place, once there is a socket: an upgrade that comes to nothing must not keep one.
   * @returns what gives the place back; it may be called more than once.
   */
  enter(address: string): () => void {
    this.#count += 1;
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1);
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
