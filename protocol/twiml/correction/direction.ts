import type { TwimlElement } from '../document';
import type { TwimlFinding } from '../finding';

/** Verbs behind which a one-way stream makes no sense: nobody is there to be listened to. */
const IDLE = ['Pause', 'Say', 'Play'];

/**
 * True for a `<Start>` with nothing but streams in a call in which nothing else happens: a talk was
 * meant, and with that a `<Connect>`.
 */
export function meansBothWays(
  verb: string,
  within: readonly string[],
  later: readonly string[],
): boolean {
  return (
    verb === 'Start' &&
    within.length > 0 &&
    within.every((name) => name === 'Stream') &&
    later.every((name) => IDLE.includes(name))
  );
}

/** Streams that only listen, where a talk must have been meant. */
export function checkDirection({ children: verbs }: TwimlElement): TwimlFinding[] {
  return verbs
    .filter(({ name, children }, at) =>
      meansBothWays(
        name,
        children.map((child) => child.name),
        verbs.slice(at + 1).map((verb) => verb.name),
      ),
    )
    .map(({ line }) => ({
      code: null,
      id: 'stream-one-way',
      level: 'warning',
      message: 'a <Stream> in <Start> only listens, and nothing else happens in this call',
      remedy:
        'if the server shall speak to the caller, put the stream into <Connect>; <Start> is for listening beside a <Dial> or the like',
      line,
    }));
}
