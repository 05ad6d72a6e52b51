/**
 * Work that waits for a store must not be overtaken by other work on the same call, which would read
 * what is about to be changed. Each call has its own line; calls do not wait for each other.
 */
export class CallQueue {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does the work once all earlier work on this call is done; gives what it gives. */
  async run<T>(callSid: string, work: () => T | Promise<T>): Promise<T> {
    const before = this.#last.get(callSid) ?? Promise.resolve();
    const own = before.then(work, work);
    this.#last.set(callSid, own);
    try {
      return await own;
    } finally {
      if (this.#last.get(callSid) === own) this.#last.delete(callSid);
    }
  }
}
