import type { CallFault, TranscriptLine } from './call-report';
import type { PhoneEvent, PhoneEventKind } from './phone-event';
import { TWILIO_FAULTS, type TwilioCode } from './twilio-faults';

/** What happened in one call, in order, on the call's own clock. */
export class Journal {
  readonly errors: CallFault[] = [];
  readonly transcript: TranscriptLine[] = [];
  readonly #startedMs = performance.now();
  readonly #startedUnixMs = Date.now();
  readonly #listeners = new Set<(event: PhoneEvent) => void>();

  /** Milliseconds since the call began; never goes back. */
  nowMs(): number {
    return performance.now() - this.#startedMs;
  }

  /** Unix time of a moment of the call. */
  unixMs(atMs = this.nowMs()): number {
    return this.#startedUnixMs + atMs;
  }

  /** Hears every event from now on, until the function that is returned is called. */
  on(listener: (event: PhoneEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Notes an event; `atMs` only where it happened at another moment than now. */
  note(
    kind: PhoneEventKind,
    text: string,
    detail: PhoneEvent['detail'] = {},
    atMs = this.nowMs(),
  ): void {
    const event = { kind, atMs: rounded(atMs), atUnixMs: rounded(this.unixMs(atMs)), text, detail };
    for (const listener of this.#listeners) listener(event);
  }

  /** Notes one of Twilio's faults. */
  fault(code: TwilioCode, detail?: string): void {
    const { level, message, remedy } = TWILIO_FAULTS[code];
    this.problem({
      code,
      level,
      message: detail === undefined ? message : `${message}: ${detail}`,
      remedy,
    });
  }

  /** Notes any other fault. */
  problem(fault: Omit<CallFault, 'atMs'>): void {
    this.errors.push({ ...fault, atMs: rounded(this.nowMs()) });
    const remedy = fault.remedy === undefined ? '' : `; ${fault.remedy}`;
    this.note(fault.level, `${fault.code} ${fault.message}${remedy}`, { code: fault.code });
  }

  /** Notes that Twilio's own voice said something. */
  said(text: string): void {
    this.transcript.push({ who: 'twilio', text, atMs: rounded(this.nowMs()) });
  }
}

/** To a tenth of a millisecond. */
export function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
