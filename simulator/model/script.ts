import { clip } from '../clips/clips';
import { z } from 'zod';

const lineSchema = z.union([
  z.strictObject({ clip: z.string(), transcript: z.string().optional() }),
  z.strictObject({ text: z.string() }),
  z.strictObject({ tool: z.string(), arguments: z.record(z.string(), z.unknown()) }),
]);

const scriptSchema = z.strictObject({
  greeting: lineSchema.optional(),
  replies: z.array(lineSchema).min(1),
  /** What the caller is heard to say, turn by turn. */
  heard: z.array(z.string()).optional(),
  /** After the last reply: the last one again (`last`, the default), or all from the first (`all`). */
  repeat: z.enum(['last', 'all']).optional(),
  /** The answer to a response outside the conversation (`conversation: "none"`). */
  aside: z.string().optional(),
});

/**
 * What the model says in one response: a clip, a text (hummed where audio is asked for), or a call of
 * a function. A clip's transcript is its own text where none is given.
 */
export type Line = z.infer<typeof lineSchema>;

/** What the model says in a session, and what it hears. */
export type Script = z.infer<typeof scriptSchema>;

/** The receptionist of a small restaurant, for a demo. */
export const RECEPTIONIST: Script = {
  greeting: { clip: 'agent-greeting' },
  replies: [{ clip: 'agent-booked' }, { clip: 'agent-goodbye' }],
  heard: ['caller-book-table', 'caller-thanks', 'caller-goodbye'].map((name) => clip(name).text),
};

/** The same receptionist, with a caller who changes the booking in mid-sentence. */
export const RECEPTIONIST_INTERRUPTED: Script = {
  greeting: { clip: 'agent-greeting' },
  replies: [{ clip: 'agent-booked' }, { clip: 'agent-changed' }, { clip: 'agent-goodbye' }],
  heard: ['caller-book-table', 'caller-interrupt', 'caller-thanks', 'caller-goodbye'].map(
    (name) => clip(name).text,
  ),
};

/** Reads a script from JSON. Throws with a sentence that names the fault. */
export function readScript(json: string): Script {
  const result = scriptSchema.safeParse(JSON.parse(json));
  if (!result.success) throw new Error(`not a script: ${z.prettifyError(result.error)}`);
  return result.data;
}

/** Throws when the script names a clip that there is not. */
export function checkClips(script: Script): void {
  for (const line of [script.greeting, ...script.replies]) {
    if (line && 'clip' in line) clip(line.clip);
  }
}

/** Where a session is in its script. */
export class ScriptReader {
  readonly #script: Script;
  #replies = 0;
  #heard = 0;
  #hasNewInput = false;
  #hadInput = false;

  constructor(script: Script) {
    this.#script = script;
  }

  /** True once there was something to answer. */
  get hadInput(): boolean {
    return this.#hadInput;
  }

  /** Notes a turn of the user or the result of a function: the next response is the next reply. */
  noteInput(): void {
    this.#hasNewInput = true;
    this.#hadInput = true;
  }

  /** The next line: the greeting before anything was heard, then one reply for each new input. */
  next(): Line | undefined {
    if (!this.#hadInput) return this.#script.greeting ?? this.#script.replies[0];
    if (this.#hasNewInput) this.#replies += 1;
    this.#hasNewInput = false;
    const { replies, repeat = 'last' } = this.#script;
    const index = Math.max(0, this.#replies - 1);
    return replies[repeat === 'all' ? index % replies.length : Math.min(index, replies.length - 1)];
  }

  /** What the caller is heard to say in the next turn. */
  nextHeard(): string {
    const { heard = [] } = this.#script;
    this.#heard += 1;
    return heard[this.#heard - 1] ?? heard.at(-1) ?? '(speech)';
  }

  /** The answer to a response outside the conversation. */
  get aside(): string {
    return this.#script.aside ?? 'OK.';
  }
}
