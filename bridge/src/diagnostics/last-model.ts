import type { CodedError } from '@realtime-phone/protocol/errors';

/** How the model was at the last call. */
export interface ModelSeen {
  readonly at: Date;
  /** Why it failed; undefined where it got ready. */
  readonly fault?: CodedError;
}

/** Remembers how the model was at the last call, since to ask it for a page would cost a session. */
export class LastModel {
  #seen: ModelSeen | undefined;

  /** A session was confirmed. */
  noteReady(): void {
    this.#seen = { at: new Date() };
  }

  /** A session could not be had, or failed in the call. */
  noteFault(fault: CodedError): void {
    this.#seen = { at: new Date(), fault };
  }

  /** Undefined before the first call. */
  get seen(): ModelSeen | undefined {
    return this.#seen;
  }
}
