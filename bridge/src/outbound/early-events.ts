import type { CallEvent } from '@realtime-phone/protocol/call-event';

const MAX_EVENTS = 100;

/**
 * Status events of calls whose CallSid is not known yet: Twilio may tell of a call before its answer
 * to the request that placed it is read. Kept only while such an answer is out.
 */
export class EarlyEvents {
  readonly #events: { readonly callSid: string; readonly event: CallEvent }[] = [];
  #answersOut = 0;

  /** An answer of Twilio's is out. */
  expect(): void {
    this.#answersOut += 1;
  }

  /** The answer is in: gives what came of that call before it. */
  settle(callSid: string | undefined): CallEvent[] {
    const own = this.#events.filter((held) => held.callSid === callSid);
    const others = this.#events.filter((held) => held.callSid !== callSid);
    this.#answersOut -= 1;
    this.#events.length = 0;
    if (this.#answersOut > 0) this.#events.push(...others);
    return own.map(({ event }) => event);
  }

  /** Keeps an event; false where none is expected, or too many are kept. */
  hold(callSid: string, event: CallEvent): boolean {
    if (this.#answersOut === 0 || this.#events.length >= MAX_EVENTS) return false;
    this.#events.push({ callSid, event });
    return true;
  }
}
