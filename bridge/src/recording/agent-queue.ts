import { MULAW_BYTES_PER_MS } from '@realtime-phone/protocol/mulaw';

/** What the caller has heard of the agent, as the ledger of the call has it. */
export interface Ledger {
  /** Bytes that were heard since the stream began. */
  readonly heardBytes: number;
  /** Bytes that were sent and not heard yet. */
  readonly unheardBytes: number;
  /** The way there and back, as far as it is known: the longer the call, the better. */
  readonly roundTripMs: number;
  /** How much later than that the audio plays now. */
  readonly lateMs: number;
}

/** Agent audio that was sent, until it is known to have been heard; what was cleared never comes out. */
export class AgentQueue {
  readonly #ledger: Ledger;
  /** Bytes that came out, or were sent before this began. */
  #passedBytes: number;
  #waiting: { readonly bytes: Buffer; readonly dueAtMs: number }[] = [];

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#passedBytes = ledger.heardBytes + ledger.unheardBytes;
  }

  /** @param dueAtMs when it is heard if all plays as it was sent and nothing takes time on the way. */
  add(bytes: Buffer, dueAtMs: number): void {
    this.#waiting.push({ bytes, dueAtMs });
  }

  /** Gives what has been heard since, each piece with the moment at which it was, but for the way. */
  takeHeard(): { readonly bytes: Buffer; readonly atMs: number }[] {
    const { heardBytes, lateMs } = this.#ledger;
    const heard: { bytes: Buffer; atMs: number }[] = [];
    for (let [first] = this.#waiting; first !== undefined; [first] = this.#waiting) {
      const bytes = first.bytes.subarray(0, Math.max(0, heardBytes - this.#passedBytes));
      if (bytes.length === 0) break;
      heard.push({ bytes, atMs: first.dueAtMs + lateMs });
      this.#passedBytes += bytes.length;
      this.#waiting.shift();
      const rest = first.bytes.subarray(bytes.length);
      const dueAtMs = first.dueAtMs + bytes.length / MULAW_BYTES_PER_MS;
      if (rest.length > 0) this.#waiting.unshift({ bytes: rest, dueAtMs });
    }
    return heard;
  }

  /** Forgets what is waiting: it will never be heard. */
  clear(): void {
    this.#waiting = [];
  }
}
