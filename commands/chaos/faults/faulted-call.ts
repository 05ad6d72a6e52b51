import { setTimeout as sleep } from 'node:timers/promises';
import { type CallReport, type PhoneEvent, placeCall } from '../../../simulator/phone/phone-call';
import { type CallerAccount, drawUp } from './account';
import type { SeenRecord } from './rules';
import { talk } from './caller';
import type { Stage } from './stage';
import type { Trouble } from './trouble';

/** How one call went while something was broken. */
export interface FaultedCall {
  readonly callSid: string;
  readonly account: CallerAccount;
  readonly endedBy: CallReport['endedBy'];
  /** What the bridge has of it, afterwards; undefined where it has nothing. */
  readonly record: SeenRecord | undefined;
  /** Every rule that it broke. */
  readonly broken: readonly string[];
}

const CALL_MS = 90_000;
/** A store that was down is back by then, and what waited is written. */
const RECORD_MS = 10_000;
const LOOK_MS = 100;

/** Places a call, and draws up what its caller heard. */
export async function placeFaultedCall(
  stage: Stage,
  trouble: Trouble | undefined,
  onStream: () => void,
): Promise<{ readonly report: CallReport; readonly account: CallerAccount }> {
  const phone = placeCall({
    ...stage.line,
    from: inventNumber(),
    afterScript: 'stay',
    maxMs: CALL_MS,
  });
  const events: PhoneEvent[] = [];
  let isUp = false;
  phone.on((event) => {
    events.push(event);
    if (event.kind !== 'stream-started' || isUp) return;
    isUp = true;
    onStream();
  });
  await talk(phone, events, trouble);
  const report = await phone.finished;
  return { report, account: drawUp(phone, events, stage.waitClip) };
}

/** Waits, for a while, until the record has an end. */
export async function readRecord(stage: Stage, callSid: string): Promise<SeenRecord | undefined> {
  const limitMs = performance.now() + RECORD_MS;
  for (;;) {
    const record = await askForRecord(stage, callSid);
    if (record?.end !== undefined || performance.now() > limitMs) return record;
    await sleep(LOOK_MS);
  }
}

async function askForRecord(stage: Stage, callSid: string): Promise<SeenRecord | undefined> {
  const answer = await stage.askBridge(`/calls/${callSid}`).catch(() => undefined);
  return answer?.ok === true ? ((await answer.json()) as SeenRecord) : undefined; // a bridge wrote it
}

/** Everybody has a number of their own: the calls of one are limited. */
function inventNumber(): string {
  return `+1415555${String(Math.floor(Math.random() * 10_000)).padStart(4, '0')}`;
}
