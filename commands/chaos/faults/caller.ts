import { setTimeout as sleep } from 'node:timers/promises';
import type { PhoneCall, PhoneEvent } from '../../../simulator/phone/phone-call';
import { LINES } from './spoken';
import type { Trouble } from './trouble';

const LOOK_MS = 20;
/** Silence after which the agent has finished. */
const QUIET_MS = 600;
/** Silence after which a caller hangs up. */
const PATIENCE_MS = 20_000;

/**
 * Talks as a caller does: hears the greeting, says the lines one by one, hears each answer out, and
 * hangs up. Who hears that something is wrong waits until it is over; who hears nothing any more
 * hangs up.
 * @param events of the call, which grow.
 */
export async function talk(
  phone: PhoneCall,
  events: readonly PhoneEvent[],
  trouble: Trouble | undefined,
): Promise<void> {
  const line = new Listening(events, trouble);
  void phone.finished.then(() => (line.isOver = true));
  let goesOn = await line.hearOut(0);
  for (const { audio, name } of LINES) {
    if (!goesOn) break;
    await phone.say(audio, name);
    goesOn = await line.hearOut(events.length);
  }
  phone.hangUp();
}

class Listening {
  isOver = false;
  readonly #events: readonly PhoneEvent[];
  readonly #trouble: Trouble | undefined;

  constructor(events: readonly PhoneEvent[], trouble: Trouble | undefined) {
    this.#events = events;
    this.#trouble = trouble;
  }

  /** Until the agent was heard after this event, and has finished; false where it is silent for long. */
  async hearOut(since: number): Promise<boolean> {
    let quietSinceMs = performance.now();
    while (!this.isOver) {
      const quietMs = performance.now() - quietSinceMs;
      const hasSpoken = this.#events.slice(since).some(({ kind }) => kind === 'agent-quiet');
      const isTroubled = this.#trouble?.isFelt === true;
      if (this.#isAgentHeard()) quietSinceMs = performance.now();
      else if (hasSpoken && quietMs > QUIET_MS && !isTroubled && this.#isStreaming()) return true;
      else if (quietMs > PATIENCE_MS) return false;
      await sleep(LOOK_MS);
    }
    return false;
  }

  #isAgentHeard(): boolean {
    return this.#last('agent-speaks') > this.#last('agent-quiet');
  }

  #isStreaming(): boolean {
    return this.#last('stream-started') > this.#last('stream-closed');
  }

  #last(kind: PhoneEvent['kind']): number {
    return this.#events.findLastIndex((event) => event.kind === kind);
  }
}
