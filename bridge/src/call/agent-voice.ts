import { type Base64Slice, countSliceBytes, sliceOf } from '@realtime-phone/protocol/base64';
import { CodedError } from '@realtime-phone/protocol/errors';
import { MULAW_BYTES_PER_MS } from '@realtime-phone/protocol/mulaw';
import type { ServerEvent } from '@realtime-phone/protocol/realtime/server-events';
import type { Ledger } from '../recording/agent-queue';
import { Deadline } from './deadline';
import { type Cut, Heard } from './heard';

/** The agent's way to the caller's ear. */
export interface Ear {
  /** @param mark where there is one, it comes back once everything before it has been played. */
  sendAudio(payload: Base64Slice, mark: string | undefined): void;
  sendMark(mark: string): void;
  clear(): void;
}

/** What the agent's voice reports. */
export interface VoiceListener {
  /**
   * @param payload mu-law, good only during the call.
   * @param startsInMs how long it is until this audio is heard.
   */
  onAgentAudio(itemId: string, payload: Base64Slice, bytes: number, startsInMs: number): void;
  /** What was not heard is about to be cleared; the ledger still knows it. */
  onClear(): void;
  onLateDelta(): void;
  /** More has been heard: a mark came back. */
  onHeard(): void;
  /** All that was sent has been heard. */
  onQuiet(): void;
}

type AudioDelta = Extract<ServerEvent, { type: 'response.output_audio.delta' }>;

/** A response that was cut short. */
interface CutResponse {
  /** What of each item was passed on, in bytes. */
  readonly bytesOf: ReadonlyMap<string, number>;
  /** Items of which the model was told where they end. */
  readonly truncated: Set<string>;
}

/** What is no item of the model's: a clip of the bridge's own. */
export const CLIP_ITEM = 'clip of the bridge';

const KEPT_CUTS = 16;
/**
 * So much audio has a mark behind it, as have the first and the last of what is said in one go. Each mark
 * is a message there and one back, which costs more than the audio before it.
 */
const MARK_BYTES = 400 * MULAW_BYTES_PER_MS;
/** How much later than reckoned the last mark may come. */
const QUIET_GRACE_MS = 400;

/** What the agent says, on its way to the caller: audio with marks, and what of it was heard. */
export class AgentVoice implements Ledger {
  readonly #ear: Ear;
  readonly #listener: VoiceListener;
  readonly #maxUnheardBytes: number;
  readonly #heard = new Heard();
  /** Responses that were cut short: what still comes of them is not played. */
  readonly #cutResponses = new Map<string, CutResponse>();
  /** The response that speaks, or spoke last. */
  #speaking = { responseId: '', bytesOf: new Map<string, number>() };
  /** While it is being silenced: whoever asks then gets what the cuts say, not what is a moment later. */
  #silencedAtMs: number | undefined;
  readonly #quietWatch = new Deadline(() => {
    if (this.isQuiet) this.#beQuiet();
    else this.#watchForQuiet();
  });

  constructor(ear: Ear, listener: VoiceListener, maxUnheardBytes: number) {
    this.#ear = ear;
    this.#listener = listener;
    this.#maxUnheardBytes = maxUnheardBytes;
  }

  /** True for a response that was cut short: its audio is to be dropped. */
  isCut(responseId: string): boolean {
    return this.#cutResponses.has(responseId);
  }

  /**
   * Drops one piece of audio of a response that was cut. The model has it in the item, whether it
   * was heard or not.
   * @returns where the item is to be cut, if that was not said yet: behind all that was passed on of
   * it, which was heard, or at 0.
   */
  drop({ responseId, itemId, contentIndex }: AudioDelta): Cut | undefined {
    this.#listener.onLateDelta();
    const response = this.#cutResponses.get(responseId);
    if (response === undefined || response.truncated.has(itemId)) return undefined;
    response.truncated.add(itemId);
    const bytes = response.bytesOf.get(itemId) ?? 0;
    const sentMs = Math.floor(bytes / MULAW_BYTES_PER_MS);
    return { itemId, contentIndex, audioEndMs: sentMs, sentMs };
  }

  /**
   * Passes one piece of audio on.
   * @returns the bytes that were passed on.
   * @throws CodedError `agent_audio_overflow`.
   */
  play({ responseId, itemId, contentIndex, delta }: AudioDelta): number {
    const bytes = countSliceBytes(delta);
    if (bytes === 0) return 0;
    const nowMs = performance.now();
    const unheardBytes = this.#heard.unheardBytes(nowMs);
    if (unheardBytes + bytes > this.#maxUnheardBytes)
      throw new CodedError('agent_audio_overflow', `the limit is ${this.#maxUnheardBytes} bytes`);
    this.#heard.send(itemId, contentIndex, bytes, nowMs);
    const isMarked = unheardBytes === 0 || this.#heard.unmarkedBytes >= MARK_BYTES;
    this.#ear.sendAudio(delta, isMarked ? this.#heard.mark() : undefined);
    this.#noteSaid(responseId, itemId, bytes);
    this.#listener.onAgentAudio(itemId, delta, bytes, unheardBytes / MULAW_BYTES_PER_MS);
    this.#watchForQuiet();
    return bytes;
  }

  /** Plays a clip of the bridge's own, base64 mu-law, behind all that was sent. */
  playClip(clip: string): void {
    const payload = sliceOf(clip);
    const bytes = countSliceBytes(payload);
    const nowMs = performance.now();
    const startsInMs = this.#heard.unheardBytes(nowMs) / MULAW_BYTES_PER_MS;
    this.#heard.send(CLIP_ITEM, 0, bytes, nowMs);
    this.#ear.sendAudio(payload, this.#heard.mark());
    this.#listener.onAgentAudio(CLIP_ITEM, payload, bytes, startsInMs);
    this.#watchForQuiet();
  }

  /** For the moment there is no more audio: what there was ends with a mark. */
  endPart(): void {
    if (this.#heard.unmarkedBytes > 0) this.#ear.sendMark(this.#heard.mark());
  }

  /** Takes a mark that Twilio sent back. */
  takeMark(name: string): void {
    if (!this.#heard.returnMark(name, performance.now())) return;
    if (this.isQuiet) this.#beQuiet();
    else this.#listener.onHeard();
  }

  /** True where nothing is being played. */
  get isQuiet(): boolean {
    return this.#heard.unheardBytes(performance.now()) === 0;
  }

  get heardBytes(): number {
    return this.#heard.heardBytes(this.#silencedAtMs ?? performance.now());
  }

  get unheardBytes(): number {
    return this.#heard.unheardBytes(this.#silencedAtMs ?? performance.now());
  }

  /** All that was sent since the stream began, but for what was cleared. */
  get sentBytes(): number {
    const nowMs = performance.now();
    return this.#heard.heardBytes(nowMs) + this.#heard.unheardBytes(nowMs);
  }

  get roundTripMs(): number {
    return this.#heard.roundTripMs;
  }

  get lateMs(): number {
    return this.#heard.lateMs;
  }

  /** What the caller has heard of the agent so far. */
  get heardMs(): number {
    return this.#heard.heardMs(performance.now());
  }

  /** Where each item that is not fully heard would be cut now. */
  get unheard(): Cut[] {
    return this.#heard.cuts(performance.now()).filter(({ itemId }) => itemId !== CLIP_ITEM);
  }

  /** Notes that a response was cut short: what still comes of it is dropped. */
  cut(responseId: string): void {
    const { bytesOf } = this.#speaking;
    const isSpeaking = this.#speaking.responseId === responseId;
    this.#cutResponses.set(responseId, {
      bytesOf: isSpeaking ? bytesOf : new Map(),
      truncated: new Set(),
    });
    const [oldest] = this.#cutResponses.keys();
    if (this.#cutResponses.size > KEPT_CUTS && oldest !== undefined)
      this.#cutResponses.delete(oldest);
  }

  /** Silences the agent at once, and says where each item is to be cut; none if it was silent. */
  silence(): Cut[] {
    const nowMs = performance.now();
    if (this.#heard.unheardBytes(nowMs) === 0) return [];
    this.#silencedAtMs = nowMs;
    this.#listener.onClear();
    this.#silencedAtMs = undefined;
    this.#ear.clear();
    this.#quietWatch.clear();
    const cuts = this.#heard.interrupt(nowMs).filter(({ itemId }) => itemId !== CLIP_ITEM);
    for (const { truncated } of this.#cutResponses.values())
      for (const { itemId } of cuts) truncated.add(itemId);
    return cuts;
  }

  /** Ends the watch. */
  stop(): void {
    this.#quietWatch.clear();
  }

  #noteSaid(responseId: string, itemId: string, bytes: number): void {
    if (this.#speaking.responseId !== responseId)
      this.#speaking = { responseId, bytesOf: new Map() };
    const { bytesOf } = this.#speaking;
    bytesOf.set(itemId, (bytesOf.get(itemId) ?? 0) + bytes);
  }

  /** The last mark tells; where it is lost, the clock does, a little later. */
  #watchForQuiet(): void {
    const leftMs = this.#heard.unheardBytes(performance.now()) / MULAW_BYTES_PER_MS;
    this.#quietWatch.set(leftMs + QUIET_GRACE_MS);
  }

  #beQuiet(): void {
    this.#quietWatch.clear();
    this.#listener.onHeard();
    this.#listener.onQuiet();
  }
}
