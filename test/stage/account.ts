import type { ModelSession } from '../../simulator/model/model-server';
import type { CallReport, PhoneCall } from '../../simulator/phone/phone-call';

const BYTES_PER_MS = 8;

/** One item of the agent: what the caller heard of it, and what the model takes for heard. */
export interface ItemAccount {
  readonly itemId: string;
  readonly responseId: string;
  /** By the phone, which knows what it played. */
  readonly heardMs: number;
  /** By the model: the length of the item, or what it was truncated to. */
  readonly believedMs: number;
  readonly isTruncated: boolean;
  /** The clear that cut its response short, counted from 0; undefined for none. */
  readonly clear: number | undefined;
  /** When the sound that it belongs to began, on the call's clock. */
  readonly soundedAtMs: number;
}

/**
 * Holds what the phone played against what the model said, byte by byte: both sides' account of
 * every item. Throws where the caller heard anything that is not the beginning of a response, each
 * in its turn. What the end of the call cut, or left unheard, is left out.
 * @param deltaMs the length of the model's deltas.
 */
export function accountOf(
  session: Pick<ModelSession, 'record'>,
  phone: PhoneCall,
  report: CallReport,
  deltaMs: number,
): ItemAccount[] {
  const heard = Buffer.concat(phone.heard().map(({ bytes }) => bytes));
  const clears = (report.stream?.interruptions ?? []).map(({ heardMs }) =>
    Math.round(heardMs * BYTES_PER_MS),
  );
  const truncated = new Map(
    session.record.truncations.map(({ itemId, audioEndMs }) => [itemId, audioEndMs]),
  );
  const accounts: ItemAccount[] = [];
  let at = 0;
  let ended = 0;
  for (const { responseId, items } of responsesOf(session)) {
    const said = Buffer.concat(items.map(({ audio }) => audio));
    const alike = countAlike(said, heard.subarray(at));
    const clear = clears.findLastIndex((cleared) => cleared >= at && cleared <= at + alike);
    const isWhole = alike === said.length;
    // Cut by a clear or the end of the call, or all was heard that was passed on: whole deltas.
    const bytes =
      isWhole || at + alike === heard.length
        ? alike
        : clear >= 0
          ? (clears[clear] ?? 0) - at
          : lastDeltaEnd(items, alike, deltaMs * BYTES_PER_MS);
    let from = 0;
    for (const { itemId, audio } of items) {
      accounts.push({
        ...{ itemId, responseId },
        heardMs: Math.min(audio.length, Math.max(0, bytes - from)) / BYTES_PER_MS,
        believedMs: truncated.get(itemId) ?? audio.length / BYTES_PER_MS,
        isTruncated: truncated.has(itemId),
        clear: clear < 0 ? undefined : clear,
        soundedAtMs: soundAt(phone, at),
      });
      from += audio.length;
    }
    at += bytes;
    // A millisecond is lost in rounding a clear; behind the last byte there is no account.
    if (at < heard.length - BYTES_PER_MS) ended = accounts.length;
  }
  if (at !== heard.length) throw new Error(`${heard.length - at} bytes are in no response`);
  return accounts.slice(0, ended);
}

function responsesOf({ record }: Pick<ModelSession, 'record'>) {
  const ids = new Set(record.spoken.map(({ responseId }) => responseId));
  return [...ids].map((responseId) => ({
    responseId,
    items: record.spoken.filter((item) => item.responseId === responseId),
  }));
}

function countAlike(one: Buffer, other: Buffer): number {
  const length = Math.min(one.length, other.length);
  if (one.subarray(0, length).equals(other.subarray(0, length))) return length;
  return one.findIndex((byte, index) => byte !== other[index]);
}

function lastDeltaEnd(items: readonly { audio: Buffer }[], most: number, delta: number): number {
  let end = 0;
  let from = 0;
  for (const { audio } of items) {
    for (let bytes = delta; bytes - delta < audio.length; bytes += delta) {
      const at = from + Math.min(bytes, audio.length);
      if (at <= most) end = at;
    }
    from += audio.length;
  }
  return end;
}

function soundAt(phone: PhoneCall, byte: number): number {
  let before = 0;
  for (const { atMs, bytes } of phone.heard()) {
    before += bytes.length;
    if (byte < before) return atMs;
  }
  return phone.heard().at(-1)?.atMs ?? 0;
}
