import { clip } from '../clips/clips';
import { z } from 'zod';

const lineSchema = z.union([
  z.strictObject({ clip: z.string(), transcript: z.string().optional() }),
  z.strictObject({ text: z.string() }),
  z.strictObject({ tool: z.string(), arguments: z.record(z.string(), z.unknown()) }),
]);

const replySchema = z.union([lineSchema, z.array(lineSchema).min(1)]);

const whenSchema = z.union([
  z.strictObject({ output_contains: z.string().min(1) }),
  z.strictObject({ heard_contains: z.string().min(1) }),
  z.strictObject({ told_contains: z.string().min(1) }),
]);

const scriptSchema = z.strictObject({
  greeting: replySchema.optional(),
  replies: z.array(replySchema).min(1),
  /** Replies out of the order, for what they are said to. The first that fits is said. */
  cases: z.array(z.strictObject({ when: whenSchema, say: replySchema })).optional(),
  /** What the caller is heard to say, turn by turn. */
  heard: z.array(z.string()).optional(),
  /** After the last reply: the last one again (`last`, the default), or all from the first (`all`). */
  repeat: z.enum(['last', 'all']).optional(),
  /** The answer to a response outside the conversation (`conversation: "none"`). */
  aside: z.string().optional(),
});

/**
 * What the model says in one item: a clip, a text (hummed where audio is asked for), or a call of a
 * function. A clip's transcript is its own text where none is given.
 *
 * `{{date}}` in a text or an argument is what stands after `date:` on a line of the instructions of
 * the session.
 */
export type Line = z.infer<typeof lineSchema>;

/** What the model says in one response: one item, or several. */
export type Reply = z.infer<typeof replySchema>;

/**
 * What a reply out of the order is said to: the result of a function, what the caller said or a
 * client wrote in the caller's name, or the instructions of one `response.create`.
 */
export type When = z.infer<typeof whenSchema>;

/** What the model says in a session, and what it hears. */
export type Script = z.infer<typeof scriptSchema>;

/** Reads a script from JSON. Throws with a sentence that names the fault. */
export function readScript(json: string): Script {
  const result = scriptSchema.safeParse(JSON.parse(json));
  if (!result.success) throw new Error(`not a script: ${z.prettifyError(result.error)}`);
  return result.data;
}

/** The items of a reply. */
export function linesOf(reply: Reply | undefined): readonly Line[] {
  if (reply === undefined) return [];
  return Array.isArray(reply) ? reply : [reply];
}

/** Throws when the script names a clip that there is not. */
export function checkClips({ greeting, replies, cases = [] }: Script): void {
  for (const reply of [greeting, ...replies, ...cases.map(({ say }) => say)])
    for (const line of linesOf(reply)) if ('clip' in line) clip(line.clip);
}
