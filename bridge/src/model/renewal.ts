import type { CodedError } from '@realtime-phone/protocol/errors';
import type { SessionState } from '@realtime-phone/protocol/realtime/server-events';
import type { ModelSession } from './model-session';

/** What a renewal asks of the leg whose session it renews. */
export interface RenewedLeg {
  open(events: {
    onReady: (state: SessionState) => void;
    onFault: (fault: CodedError) => void;
  }): ModelSession | undefined;
  /** Whether nobody speaks and nothing is owed. */
  isQuiet(): boolean;
  onTaken(session: ModelSession): void;
}

/** A session that is ready to take over. */
export interface Spare {
  readonly session: ModelSession;
  readonly state: SessionState;
}

/** At the last moment it is done, whoever speaks; so long before the end. */
const LAST_MOMENT_MS = 10_000;
/** A session that ends sooner is one whose clock is not ours: it is left to end. */
const LEAST_LIFE_MS = 2_000;
const AGAIN_MS = 2_000;

/**
 * The end of a session by its age (60 minutes at OpenAI). Some time before it another one is opened
 * beside it, and takes over when nobody speaks; at the last moment it does so all the same.
 * Source: https://developers.openai.com/api/docs/guides/realtime-conversations#session-lifecycle-events
 */
export class Renewal {
  readonly #renewMs: number;
  readonly #leg: RenewedLeg;
  readonly #timers = new Set<NodeJS.Timeout>();
  #opened: ModelSession | undefined;
  #spare: Spare | undefined;

  /** @param renewMs how long before the end the other one is opened; at most half of its life. */
  constructor(renewMs: number, leg: RenewedLeg) {
    this.#renewMs = renewMs;
    this.#leg = leg;
  }

  /** @param expiresAt Unix time in seconds, of the session that is in use now. */
  expect(expiresAt: number | undefined): void {
    this.stop();
    if (expiresAt === undefined) return;
    const leftMs = expiresAt * 1_000 - Date.now();
    if (leftMs < LEAST_LIFE_MS) return;
    const renewMs = Math.min(this.#renewMs, leftMs / 2);
    this.#after(leftMs - renewMs, () => this.#prepare());
    this.#after(leftMs - Math.min(LAST_MOMENT_MS, renewMs / 4), () => this.#take());
  }

  /** Nobody speaks now. */
  noteQuiet(): void {
    if (this.#spare !== undefined && this.#leg.isQuiet()) this.#take();
  }

  /** Gives the session that is ready, if there is one: the one in use was lost before its time. */
  takeSpare(): Spare | undefined {
    const spare = this.#spare;
    if (spare !== undefined) this.#opened = undefined;
    this.stop();
    return spare;
  }

  /** Waits for nothing any more. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#opened?.close();
    this.#opened = undefined;
    this.#spare = undefined;
  }

  #prepare(): void {
    const session = this.#leg.open({
      onReady: (state) => {
        if (this.#opened !== session || session === undefined) return;
        this.#spare = { session, state };
        this.noteQuiet();
      },
      onFault: () => {
        if (this.#opened !== session) return;
        this.#opened = undefined;
        this.#spare = undefined;
        this.#after(AGAIN_MS, () => this.#prepare());
      },
    });
    this.#opened = session;
  }

  #take(): void {
    const spare = this.#spare;
    if (spare === undefined) return;
    this.#opened = undefined;
    this.stop();
    this.#leg.onTaken(spare.session);
  }

  #after(delayMs: number, then: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      then();
    }, delayMs);
    this.#timers.add(timer);
  }
}
