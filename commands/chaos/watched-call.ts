import { setTimeout as sleep } from 'node:timers/promises';
import type { PhoneCall, PhoneEvent } from '../../simulator/phone/phone-call';

/** A call whose course somebody waits for, by what the caller hears. */
export interface WatchedCall {
  readonly phone: PhoneCall;
  readonly events: readonly PhoneEvent[];
  /** Resolves when there is something. @throws Error with the course where it takes too long. */
  until<T>(what: string, find: () => T | undefined): Promise<T>;
  /** Resolves when the agent is heard for the so-manieth time. */
  agentSpeaks(times: number): Promise<void>;
  /** Resolves, with the Unix time in ms, when the agent is heard in a stream that began after this. */
  agentSpeaksAfter(atUnixMs: number): Promise<number>;
  /** Resolves when what it says has been heard out. */
  agentQuiet(): Promise<void>;
}

const PATIENCE_MS = 20_000;
const LOOK_MS = 10;

/** Watches a call from its beginning. */
export function watchCall(phone: PhoneCall): WatchedCall {
  const events: PhoneEvent[] = [];
  let isOver = false;
  phone.on((event) => events.push(event));
  void phone.finished.then(() => (isOver = true));
  const of = (kind: PhoneEvent['kind']) => events.filter((event) => event.kind === kind);
  const last = (kind: PhoneEvent['kind']) => of(kind).at(-1)?.atMs ?? -1;
  const until = async <T>(what: string, find: () => T | undefined): Promise<T> => {
    const limitMs = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if (isOver || performance.now() > limitMs) {
        const course = events.map(({ atMs, text }) => `${Math.round(atMs)} ms  ${text}`);
        throw new Error([`${what} did not come`, ...course].join('\n'));
      }
      await sleep(LOOK_MS);
    }
  };
  return {
    ...{ phone, events },
    until,
    agentSpeaks: async (times) => {
      await until(`word ${times} of the agent`, () => of('agent-speaks')[times - 1]);
    },
    agentSpeaksAfter: async (atUnixMs) => {
      const isLater = (event: PhoneEvent) => event.atUnixMs > atUnixMs;
      const stream = await until('a new stream', () => of('stream-started').find(isLater));
      const isIn = ({ atMs }: PhoneEvent) => atMs > stream.atMs;
      const spoke = await until('the agent', () => of('agent-speaks').find(isIn));
      return spoke.atUnixMs;
    },
    agentQuiet: async () => {
      const isQuiet = () => last('agent-quiet') > last('agent-speaks') || undefined;
      await until('the end of what the agent says', isQuiet);
    },
  };
}
