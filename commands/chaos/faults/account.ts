import { MULAW_BYTES_PER_MS } from '../../../protocol/mulaw';
import type { PhoneCall, PhoneEvent } from '../../../simulator/phone/phone-call';

/** What a caller heard, and did not hear. Times are in milliseconds of the call. */
export interface CallerAccount {
  /** Of the agent, without the clip for waiting; and of clips that Twilio played. */
  readonly agentMs: number;
  /** The longest wait for a voice, and when it began. */
  readonly silentMs: number;
  readonly silentAtMs: number;
  /** What the caller said, and how much of that the agent answered. */
  readonly said: number;
  readonly answered: number;
  /** Of what the caller said, what the stream's end took with it before it was understood. */
  readonly cut: number;
}

/** From one moment of the call to another. */
export interface Sound {
  readonly fromMs: number;
  readonly toMs: number;
}

/** An answer that was heard for less is none. */
const LEAST_ANSWER_MS = 200;
/** The model waits for silence, and the bridge writes a turn down; a stream that ends before loses it. */
const UNDERSTOOD_MS = 1_000;
/** How long Twilio takes for a letter; the phone's own default. */
const SAY_MS_PER_CHARACTER = 60;

/**
 * Draws up the account of a call that is over.
 * @param waitClip what is played while the model is lost: a voice, but no answer.
 */
export function drawUp(
  phone: Pick<PhoneCall, 'heard'>,
  events: readonly PhoneEvent[],
  waitClip: Buffer,
): CallerAccount {
  const heard = phone.heard().map(({ atMs, bytes }) => ({
    fromMs: atMs,
    toMs: atMs + bytes.length / MULAW_BYTES_PER_MS,
    isClip: waitClip.subarray(0, bytes.length).equals(bytes),
  }));
  const agent = heard.filter(({ isClip }) => !isClip);
  const caller = stretches(events, 'caller-speaks', ['caller-quiet', 'stream-closed']);
  const twilio = events
    .filter(({ kind }) => kind === 'say')
    .map(({ atMs, text }) => ({
      fromMs: atMs,
      toMs: atMs + text.length * SAY_MS_PER_CHARACTER,
    }));
  const closedAtMs = events.filter(({ kind }) => kind === 'stream-closed').map(({ atMs }) => atMs);
  const over = ['caller-hangs-up', 'call-ended'];
  const endMs = events.find(({ kind }) => over.includes(kind))?.atMs ?? 0;
  const { silentMs, silentAtMs } = findSilence([...heard, ...twilio], caller, endMs);
  const answered = caller.filter(({ toMs }, at) => {
    const untilMs = caller[at + 1]?.fromMs ?? endMs;
    return sum(agent.map((sound) => overlapMs(sound, toMs, untilMs))) >= LEAST_ANSWER_MS;
  });
  return {
    agentMs: Math.round(sum(agent.map(({ fromMs, toMs }) => toMs - fromMs))),
    silentMs: Math.round(silentMs),
    silentAtMs: Math.round(silentAtMs),
    said: caller.length,
    answered: answered.length,
    cut: caller.filter(({ fromMs, toMs }) =>
      closedAtMs.some((atMs) => atMs >= fromMs && atMs < toMs + UNDERSTOOD_MS && atMs < endMs),
    ).length,
  };
}

/**
 * Finds the longest time in which a caller waited for a voice: from the beginning of the call, or the
 * last word of either side, to the next word from the other end. How long callers take for their own
 * words is their affair.
 */
export function findSilence(
  voices: readonly Sound[],
  caller: readonly Sound[],
  endMs: number,
): { readonly silentMs: number; readonly silentAtMs: number } {
  const end = { fromMs: endMs, toMs: endMs };
  const inOrder = [
    ...[...voices, end].map((sound) => ({ ...sound, isCaller: false })),
    ...caller.map((sound) => ({ ...sound, isCaller: true })),
  ].sort((one, other) => one.fromMs - other.fromMs);
  let quietSinceMs = 0;
  let isAnswered = false;
  let longest = { silentMs: 0, silentAtMs: 0 };
  for (const { fromMs, toMs, isCaller } of inOrder) {
    const silentMs = Math.min(fromMs, endMs) - quietSinceMs;
    // Who has been answered may wait before hanging up.
    const isOwn = isCaller || (fromMs === endMs && isAnswered);
    if (!isOwn && silentMs > longest.silentMs) longest = { silentMs, silentAtMs: quietSinceMs };
    isAnswered = !isCaller;
    quietSinceMs = Math.max(quietSinceMs, toMs);
  }
  return longest;
}

/** From each event of one kind to the next of others. */
function stretches(
  events: readonly PhoneEvent[],
  begin: PhoneEvent['kind'],
  ends: readonly PhoneEvent['kind'][],
): Sound[] {
  return events.flatMap(({ kind, atMs: fromMs }, at) => {
    if (kind !== begin) return [];
    const end = events.slice(at).find((event) => ends.includes(event.kind));
    return [{ fromMs, toMs: end?.atMs ?? fromMs }];
  });
}

function overlapMs({ fromMs, toMs }: Sound, sinceMs: number, untilMs: number): number {
  return Math.max(0, Math.min(toMs, untilMs) - Math.max(fromMs, sinceMs));
}

const sum = (numbers: readonly number[]) => numbers.reduce((one, other) => one + other, 0);
