import { MULAW_BYTES_PER_MS } from '@realtime-phone/protocol/mulaw';
import type { Cut } from './heard';

/** Something that was said, as it goes into the record. */
export interface Saying {
  readonly who: 'caller' | 'agent';
  readonly text: string;
  /** When it began to be heard, on the monotonic clock of `performance.now()`. */
  readonly beganAtMs: number;
  /** True where the caller did not hear it to its end. */
  readonly isCut: boolean;
}

/** An item of the agent that is still being said, or heard. */
export interface OpenSaying {
  readonly itemId: string;
  readonly beganAtMs: number;
  /** Its words, as far as they came. */
  readonly text: string;
}

interface AgentItem {
  text: string;
  bytes: number;
  beganAtMs: number;
  /** Heard to its end, and its text has not come yet. */
  isHeard: boolean;
  /** All of its text has come. */
  isDone: boolean;
}

/** How long a character takes to be said where this voice has not been heard yet: 150 words a minute. */
const MS_PER_CHARACTER = 65;
/** A voice is not even: so much sooner than reckoned, and a word more, may be said. */
const UNEVEN = 1.1;
const WORD = 8;

/**
 * Who said what, as it was heard: of an item that was cut short, only the part that the caller
 * heard. The model gives text and audio of an item, but not which word is where, so the text is
 * cut at the word that stands where the audio was cut, in proportion.
 */
export class Transcript {
  readonly #note: (saying: Saying) => void;
  readonly #items = new Map<string, AgentItem>();
  readonly #callerTurns = new Map<string, number>();
  /** What was said whole: how fast this voice speaks. */
  readonly #whole = { ms: 0, characters: 0 };

  /** @param note takes each saying once, when it is known what of it was heard. */
  constructor(note: (saying: Saying) => void) {
    this.#note = note;
  }

  /**
   * The agent's audio of an item went out.
   * @param startsInMs how long it is until it is heard.
   */
  agentAudio(itemId: string, bytes: number, startsInMs: number): void {
    const item = this.#item(itemId);
    if (item.bytes === 0) item.beganAtMs = performance.now() + startsInMs;
    item.bytes += bytes;
  }

  /** More of the text of an item. */
  agentText(itemId: string, delta: string): void {
    this.#item(itemId).text += delta;
  }

  /** The whole text of an item. */
  agentTextDone(itemId: string, text: string): void {
    const item = this.#items.get(itemId);
    if (item === undefined || text === '') return;
    item.text = text;
    item.isDone = true;
    if (item.isHeard) this.#finish(itemId, item, 1);
  }

  /** The caller began to speak. */
  callerBegan(itemId: string): void {
    this.#callerTurns.set(itemId, performance.now());
  }

  /** What the caller said, written down. */
  callerSaid(itemId: string, text: string): void {
    const beganAtMs = this.#callerTurns.get(itemId) ?? performance.now();
    this.#callerTurns.delete(itemId);
    if (text.trim() !== '') this.#note({ who: 'caller', text, beganAtMs, isCut: false });
  }

  /** What the agent is saying, in order. */
  get open(): readonly OpenSaying[] {
    return Array.from(this.#items, ([itemId, { beganAtMs, text, bytes }]) => ({
      ...{ itemId, beganAtMs, text: text.trim(), bytes },
    })).filter(({ text, bytes }) => text !== '' && bytes > 0);
  }

  /**
   * The model broke off: words whose audio did not come any more were not said. Text may run ahead of
   * audio by any time (assumed; the API promises nothing), and a word that is said twice is better
   * than one that is lost.
   */
  breakOff(): void {
    const { ms, characters } = this.#whole;
    const msPerCharacter = characters === 0 ? MS_PER_CHARACTER : ms / characters;
    for (const item of this.#items.values()) {
      if (item.isDone) continue;
      const saidMs = item.bytes / MULAW_BYTES_PER_MS;
      const most = (saidMs / msPerCharacter) * UNEVEN + WORD;
      if (item.text.length > most) item.text = headOf(item.text, most / item.text.length);
    }
  }

  /** The words of an item that were heard, where it is cut. */
  heardOf({ itemId, audioEndMs, sentMs }: Cut): string {
    const text = this.#items.get(itemId)?.text ?? '';
    return audioEndMs < sentMs ? headOf(text, audioEndMs / sentMs) : text.trim();
  }

  /** The turns of the caller that are not written down yet, and when they began, in order. */
  get unwritten(): readonly number[] {
    return [...this.#callerTurns.values()];
  }

  /** Whoever would write them down is gone. */
  forgetUnwritten(): void {
    this.#callerTurns.clear();
  }

  /** All that was sent has been heard. */
  allHeard(): void {
    for (const [itemId, item] of this.#items) this.#finish(itemId, item, 1);
  }

  /** The agent was cut short: what is not among the cuts had been heard. */
  cut(cuts: readonly Cut[]): void {
    for (const [itemId, item] of this.#items) {
      const cut = cuts.find((one) => one.itemId === itemId);
      const heardMs = cut?.audioEndMs;
      const sentMs = item.bytes / MULAW_BYTES_PER_MS;
      this.#finish(itemId, item, heardMs === undefined || sentMs === 0 ? 1 : heardMs / sentMs);
    }
  }

  #item(itemId: string): AgentItem {
    const known = this.#items.get(itemId);
    if (known !== undefined) return known;
    const item = {
      text: '',
      bytes: 0,
      beganAtMs: performance.now(),
      isHeard: false,
      isDone: false,
    };
    this.#items.set(itemId, item);
    return item;
  }

  #finish(itemId: string, item: AgentItem, share: number): void {
    const isCut = share < 1;
    item.isHeard = !isCut;
    if (!isCut && item.text === '' && item.bytes > 0) return;
    this.#items.delete(itemId);
    if (!isCut && item.isDone && item.bytes > 0) {
      this.#whole.ms += item.bytes / MULAW_BYTES_PER_MS;
      this.#whole.characters += item.text.length;
    }
    const text = isCut ? headOf(item.text, share) : item.text;
    if (text !== '' && item.bytes > 0)
      this.#note({ who: 'agent', text, beganAtMs: item.beganAtMs, isCut });
  }
}

/** The words before the place, and no half of one. */
function headOf(text: string, share: number): string {
  const end = Math.floor(text.length * share);
  if (/\s/.test(text[end] ?? ' ')) return text.slice(0, end).trim();
  return text.slice(0, end).replace(/\S*$/, '').trim();
}
