import { setTimeout as sleep } from 'node:timers/promises';
import { MULAW_BYTES_PER_MS } from '@realtime-phone/protocol/mulaw';
import {
  type CallReport,
  type PhoneCall,
  type PhoneEvent,
  type PhoneOptions,
  placeCall,
} from '@realtime-phone/simulator/phone/phone-call';

/** What to say, and how long to wait. */
export interface CallPlan {
  readonly phone: Pick<
    PhoneOptions,
    | 'voiceUrl'
    | 'voiceMethod'
    | 'authToken'
    | 'accountSid'
    | 'callSid'
    | 'from'
    | 'to'
    | 'hosts'
    | 'ca'
  >;
  readonly spoken: Buffer;
  /** False where the agent waits for the caller to speak first. */
  readonly greets: boolean;
}

/** A call that is over, and what was heard in it. Times are on the call's own clock. */
export interface HeardCall {
  readonly report: CallReport;
  readonly answeredAtMs: number | undefined;
  readonly firstAudioAtMs: number | undefined;
  /** When the caller had said the clip; undefined where it did not come to that. */
  readonly spokenAtMs: number | undefined;
  /** What sounded of the agent before the caller spoke, and what began after that. */
  readonly greeting: Buffer;
  readonly answer: Buffer;
  /** True where the greeting went on, and nobody can tell whether an answer would have come. */
  readonly greetsOn: boolean;
}

/** So much of the agent is enough to judge it. */
const ENOUGH_MS = 1_000;
/** An answer may have the whole clip in it, and the pauses around. */
const ENOUGH_ANSWER_MS = 1_500;
const GREETING_MS = 4_000;
const NO_GREETING_MS = 300;
const ANSWER_MS = 3_500;
/** Who has not answered for so long, at the end, does not answer. */
const UNANSWERED_MS = 1_900;
const LONGEST_MS = 15_000;
const WEBHOOK_MS = 8_000;

/**
 * Places a call as Twilio would, hears the agent for a second, says the clip into it, hears what it
 * answers, and hangs up: a few seconds in all. What Twilio itself says or pauses takes no time.
 */
export async function placeSimulatedCall(
  { phone: options, spoken, greets }: CallPlan,
  interrupted: AbortSignal,
): Promise<HeardCall> {
  const phone = placeCall({
    ...options,
    afterScript: 'stay',
    sayMsPerCharacter: 0,
    pauseScale: 0,
    webhookTimeoutMs: WEBHOOK_MS,
    maxMs: LONGEST_MS,
  });
  const course = new Course(phone);
  const hangUp = () => phone.hangUp();
  interrupted.addEventListener('abort', hangUp, { once: true });
  await converse(phone, course, spoken, greets);
  hangUp();
  const report = await phone.finished;
  interrupted.removeEventListener('abort', hangUp);

  const spokeAtMs = course.find('caller-speaks')?.atMs ?? Infinity;
  const spokenAtMs = course.find('caller-quiet')?.atMs;
  const hungUpAtMs = course.find('caller-hangs-up')?.atMs ?? report.durationMs;
  const heard = phone.heard();
  const before = heard.filter(({ atMs }) => atMs < spokeAtMs);
  const last = before.at(-1);
  return {
    report,
    answeredAtMs: course.find('answered')?.atMs,
    firstAudioAtMs: course.find('agent-audio-first')?.atMs,
    spokenAtMs,
    greeting: Buffer.concat(before.map(({ bytes }) => bytes)),
    answer: Buffer.concat(heard.slice(before.length).map(({ bytes }) => bytes)),
    greetsOn:
      last !== undefined &&
      last.atMs + last.bytes.length / MULAW_BYTES_PER_MS > hungUpAtMs - UNANSWERED_MS,
  };
}

async function converse(phone: PhoneCall, course: Course, spoken: Buffer, greets: boolean) {
  if (!(await course.comes(['stream-started'], LONGEST_MS))) return;
  if (await course.comes(['agent-audio-first'], greets ? GREETING_MS : NO_GREETING_MS)) {
    await course.comes(['agent-quiet'], ENOUGH_MS);
  }
  if (course.isOver) return;
  await phone.say(spoken, 'the clip of the doctor');
  const spokeAtMs = course.find('caller-speaks')?.atMs ?? 0;
  const answers = (event: PhoneEvent) => event.kind === 'agent-speaks' && event.atMs > spokeAtMs;
  if (await course.happens(answers, ANSWER_MS)) {
    const startedAtMs = course.events.find(answers)?.atMs ?? 0;
    await course.happens(
      ({ kind, atMs }) => kind === 'agent-quiet' && atMs > startedAtMs,
      ENOUGH_ANSWER_MS,
    );
  }
}

/** What happened in a call so far, and waiting for what has not. */
class Course {
  readonly events: PhoneEvent[] = [];
  readonly #watchers = new Set<() => void>();
  readonly #ended: Promise<unknown>;
  isOver = false;

  constructor(phone: PhoneCall) {
    this.#ended = phone.finished.finally(() => (this.isOver = true));
    this.#ended.catch(() => undefined); // whoever waits for the call hears of it
    phone.on((event) => {
      this.events.push(event);
      for (const look of [...this.#watchers]) look();
    });
  }

  find(kind: PhoneEvent['kind']): PhoneEvent | undefined {
    return this.events.find((event) => event.kind === kind);
  }

  /** Waits for an event of these kinds, past ones included; false if the limit or the end came first. */
  comes(kinds: readonly PhoneEvent['kind'][], limitMs: number): Promise<boolean> {
    return this.happens(({ kind }) => kinds.includes(kind), limitMs);
  }

  async happens(is: (event: PhoneEvent) => boolean, limitMs: number): Promise<boolean> {
    const enough = new AbortController();
    let look: () => void = () => undefined;
    const seen = new Promise<boolean>((resolve) => {
      look = () => {
        if (this.events.some(is)) resolve(true);
        // The stream is what there is to hear; what Twilio says after it is the fallback.
        else if (this.find('stream-closed') !== undefined) resolve(false);
      };
      this.#watchers.add(look);
      look();
    });
    const late = sleep(limitMs, false, { signal: enough.signal }).catch(() => false);
    const result = await Promise.race([seen, late, this.#ended.then(() => false)]);
    enough.abort();
    this.#watchers.delete(look);
    return result;
  }
}
