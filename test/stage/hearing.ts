import { setTimeout as sleep } from 'node:timers/promises';
import type { CallReport, PhoneCall, PhoneEvent } from '../../simulator/phone/phone-call';
import { accountOf, type ItemAccount } from './account';
import type { LineCall } from './line';

const PATIENCE_MS = 8_000;

/** Resolves when the agent begins to be heard; one that leaves the caller in silence is a failure. */
export function agentSpeaks(phone: PhoneCall): Promise<void> {
  return waitFor(phone, 'agent-speaks', 'the agent says nothing');
}

/** Resolves when the agent is not heard any more. */
export function agentQuiet(phone: PhoneCall): Promise<void> {
  return waitFor(phone, 'agent-quiet', 'the agent does not stop');
}

/** Lets the agent begin and end. */
export async function hearOut(phone: PhoneCall): Promise<void> {
  await agentSpeaks(phone);
  await agentQuiet(phone);
}

async function waitFor(phone: PhoneCall, kind: PhoneEvent['kind'], fault: string): Promise<void> {
  let stop: () => void = () => undefined;
  let patience: NodeJS.Timeout | undefined;
  const happened = new Promise<void>((resolve, reject) => {
    stop = phone.on((event) => {
      if (event.kind === kind) resolve();
    });
    patience = setTimeout(() => reject(new Error(fault)), PATIENCE_MS);
  });
  await Promise.race([happened, phone.finished]);
  clearTimeout(patience);
  stop();
}

/** The caller hears a little more, then hangs up: the report, and both sides' account of each item. */
export async function hangUp(
  { phone, session }: LineCall,
  deltaMs: number,
): Promise<{ readonly report: CallReport; readonly accounts: readonly ItemAccount[] }> {
  await sleep(300);
  phone.hangUp();
  const report = await phone.finished;
  return { report, accounts: accountOf(session, phone, report, deltaMs) };
}

/** How long the caller heard nothing, each time, from a moment of the call to the end of what they heard. */
export function silencesOf(phone: PhoneCall, fromMs: number): number[] {
  let quietSinceMs = fromMs;
  return phone.heard().flatMap(({ atMs, bytes }) => {
    const endsAtMs = atMs + bytes.length / 8;
    if (endsAtMs <= fromMs) return [];
    const silenceMs = Math.max(0, atMs - quietSinceMs);
    quietSinceMs = endsAtMs;
    return [silenceMs];
  });
}

/** All that the caller heard, and all that the model said, one after the other. */
export function heardAndSaid({ phone, session }: LineCall): {
  readonly heard: Buffer;
  readonly said: Buffer;
} {
  return {
    heard: Buffer.concat(phone.heard().map(({ bytes }) => bytes)),
    said: Buffer.concat(session.record.spoken.map(({ audio }) => audio)),
  };
}

/** What the model takes for heard and the caller did not hear, or the other way round: the worst. */
export function worstOffMs(accounts: readonly ItemAccount[]): number {
  return Math.max(...accounts.map(({ believedMs, heardMs }) => Math.abs(believedMs - heardMs)));
}
