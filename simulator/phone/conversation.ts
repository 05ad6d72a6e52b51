import type { CallerStep } from './phone-options';

/** A line that the caller says. */
export interface CallerLine {
  readonly name: string;
  readonly audio: Buffer;
}

/** How far into the agent's turn an interruption comes. */
const INTERRUPT_AFTER_MS = 1000;
/** A real caller does not hang up on their own last word. */
const LAST_WORD_MS = 300;
/** An agent without a greeting waits for the caller to speak first. */
const GREETING_MS = 6000;

/**
 * The script of a caller who hears the agent out and then says the next line. A line whose name
 * ends in `interrupt` is said while the agent speaks; after one that ends in `goodbye` the caller
 * hangs up.
 */
export function conversation(lines: readonly CallerLine[]): CallerStep[] {
  const script: CallerStep[] = [];
  for (const [index, { name, audio }] of lines.entries()) {
    if (name.endsWith('interrupt')) {
      script.push({ wait: 'agent-speaks' }, { waitMs: INTERRUPT_AFTER_MS });
    } else if (index === 0) {
      script.push({ wait: 'agent-finished', patienceMs: GREETING_MS, maySayNothing: true });
    } else {
      script.push({ wait: 'agent-finished' });
    }
    script.push({ say: audio, name });
    if (name.endsWith('goodbye')) {
      script.push({ waitMs: LAST_WORD_MS }, { hangUp: true });
      return script;
    }
  }
  script.push({ wait: 'agent-finished' });
  return script;
}
