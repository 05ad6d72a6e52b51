import type { PhoneEvent } from '../../simulator/phone/phone-call';
import type { PartLine } from './part';

interface Entry {
  readonly atUnixMs: number;
  readonly who: string;
  readonly text: string;
}

/** Lines of different processes may arrive late by this much and still be put in order. */
const ORDER_MS = 250;

/** What of a log line belongs beside its text, in this order. */
const SHOWN = [
  'code',
  'reason',
  'remedy',
  'twiml',
  'kind',
  'model',
  'agent',
  'heardMs',
  'action',
  'by',
  'StreamEvent',
  'CallStatus',
  'event',
  'status',
] as const;

/** Noise for somebody who watches a call; the marks are in the report. */
const PASSED_OVER: ReadonlySet<string> = new Set(['mark', 'status-callback']);

/** The course of one call, told by all parts together, in order, as it happens. */
export class Timeline {
  readonly #print: (line: string) => void;
  readonly #waiting: Entry[] = [];
  readonly #timer: NodeJS.Timeout;
  #callSid = '';
  #beganAtMs = 0;

  constructor(print: (line: string) => void) {
    this.#print = print;
    this.#timer = setInterval(() => this.#release(Date.now() - ORDER_MS), ORDER_MS / 5);
  }

  /** From now on the lines of this call are shown, with times from now on. */
  begin(callSid: string): void {
    this.#callSid = callSid;
    this.#beganAtMs = Date.now();
  }

  /** Takes what the phone tells. */
  takePhone({ kind, atUnixMs, text }: PhoneEvent): void {
    if (!PASSED_OVER.has(kind)) this.#add({ atUnixMs, who: 'phone', text });
  }

  /** Takes what a part wrote; only lines of this call are shown, and all of the model's. */
  takePart({ part, atUnixMs, text, fields }: PartLine): void {
    const ofTheCall = part === 'model' ? fields.sessionId !== '' : fields.callSid === this.#callSid;
    if (this.#callSid === '' || !ofTheCall) return;
    const details = SHOWN.filter((name) => fields[name] !== undefined && part !== 'model').map(
      (name) => `${name} ${String(fields[name])}`,
    );
    this.#add({
      atUnixMs,
      who: part,
      text: details.length === 0 ? text : `${text} (${details.join(', ')})`,
    });
  }

  /** Shows what is still held back; further lines go nowhere. */
  end(): void {
    clearInterval(this.#timer);
    this.#release(Infinity);
    this.#callSid = '';
  }

  #add(entry: Entry): void {
    const after = this.#waiting.findLastIndex(({ atUnixMs }) => atUnixMs <= entry.atUnixMs);
    this.#waiting.splice(after + 1, 0, entry);
  }

  #release(untilMs: number): void {
    for (
      let first = this.#waiting[0];
      first && first.atUnixMs <= untilMs;
      first = this.#waiting[0]
    ) {
      this.#waiting.shift();
      const atMs = Math.max(0, Math.round(first.atUnixMs - this.#beganAtMs));
      this.#print(`${String(atMs).padStart(7)} ms  ${first.who.padEnd(9)}  ${first.text}`);
    }
  }
}
