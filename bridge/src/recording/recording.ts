import { MULAW_BYTES_PER_MS } from '@realtime-phone/protocol/mulaw';
import { AgentQueue, type Ledger } from './agent-queue';
import type { StreamClock } from './stream-clock';
import { Track } from './track';
import type { WaveFile } from './wave-file';

const WRITE_EVERY_MS = 500;
/** How late a frame may come and still be put where it belongs. Until then both sides are held. */
const LATEST_MS = 3_000;
/** So much is placed before it is written, so that what follows within the jitter finds its place. */
const AHEAD_MS = 100;

/**
 * Both sides of one stream, as they fell together on the phone: the caller on the left, and on the
 * right what the caller heard of the agent. The clock is that of what arrives here: a mark comes
 * back as late as what the caller says, so audio stands where its mark would come.
 */
export class Recording {
  readonly #file: Pick<WaveFile, 'append'>;
  readonly #clock: StreamClock;
  readonly #caller = new Track(30);
  /** Marks tell of it, which come back with the jitter of two ways. */
  readonly #agent = new Track(60);
  readonly #ledger: Ledger;
  readonly #queue: AgentQueue;
  /** Heard, and not placed yet: until it is written more may be known of how long the way is. */
  #heard: { readonly bytes: Buffer; readonly atMs: number }[] = [];
  readonly #beganAtMs = performance.now();
  readonly #timer: NodeJS.Timeout;

  /** @param clock which has seen the frames of this stream so far. */
  constructor(file: Pick<WaveFile, 'append'>, ledger: Ledger, clock: StreamClock) {
    this.#file = file;
    this.#clock = clock;
    this.#ledger = ledger;
    this.#queue = new AgentQueue(ledger);
    this.#timer = setInterval(() => this.#write(performance.now() - LATEST_MS), WRITE_EVERY_MS);
  }

  /** Takes a frame of the caller's, mu-law; it ends when it arrives. */
  hear(bytes: Buffer, timestampMs: number | undefined): void {
    const endsAtMs = this.#clock.arrivalOf(timestampMs, performance.now());
    const place = this.#placeOf(endsAtMs) - bytes.length;
    this.#caller.put(Math.max(0, place), bytes.subarray(Math.max(0, -place)));
  }

  /**
   * Takes audio of the agent's that was sent, mu-law.
   * @param startsInMs how long it is until it is played, if it is not cleared.
   */
  say(bytes: Buffer, startsInMs: number): void {
    this.#queue.add(bytes, performance.now() + startsInMs);
  }

  /** What was sent and not heard is being cleared; the ledger still knows how much that is. */
  clear(): void {
    this.#heard.push(...this.#queue.takeHeard());
    this.#queue.clear();
  }

  /** The stream is over: everything up to now is written. */
  end(): void {
    clearInterval(this.#timer);
    this.#write(performance.now());
  }

  #write(untilMs: number): void {
    this.#heard.push(...this.#queue.takeHeard());
    const { roundTripMs } = this.#ledger;
    const isDue = ({ atMs }: { atMs: number }) => atMs + roundTripMs < untilMs + AHEAD_MS;
    for (const { bytes, atMs } of this.#heard.filter(isDue))
      // What was heard is heard once, so it waits where what came before it lasted longer.
      this.#agent.put(Math.max(this.#placeOf(atMs + roundTripMs), this.#agent.free), bytes);
    this.#heard = this.#heard.filter((piece) => !isDue(piece));
    const until = this.#placeOf(untilMs);
    this.#file.append(this.#caller.take(until), this.#agent.take(until));
  }

  #placeOf(ms: number): number {
    return Math.round((ms - this.#beganAtMs) * MULAW_BYTES_PER_MS);
  }
}
