import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';

const TURN_DETECTION = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('server_vad'),
    threshold: z.number().min(0).max(1).default(0.5),
    prefix_padding_ms: z.number().int().min(0).default(300),
    silence_duration_ms: z.number().int().min(0).default(500),
    idle_timeout_ms: z.number().int().min(5_000).max(30_000).nullable().default(null),
    create_response: z.boolean().default(true),
    interrupt_response: z.boolean().default(true),
  }),
  z.strictObject({
    type: z.literal('semantic_vad'),
    eagerness: z.enum(['low', 'medium', 'high', 'auto']).default('auto'),
    create_response: z.boolean().default(true),
    interrupt_response: z.boolean().default(true),
  }),
]);

const AGENT = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be lower-case letters, digits, - or _'),
  /** ISO 639-1, a hint for the transcription of the caller. */
  language: z.string().regex(/^[a-z]{2}$/, 'must be two letters, as in en'),
  voice: z.string().min(1),
  /** What the agent says first; without one the caller speaks first. */
  greeting: z.string().min(1).optional(),
  instructions: z.string().min(1),
  turn_detection: TURN_DETECTION.default(() => TURN_DETECTION.parse({ type: 'server_vad' })),
  noise_reduction: z.enum(['near_field', 'far_field']).nullable().default(null),
  /** The model that writes down what the caller says; null for none. */
  transcription: z.string().min(1).nullable().default('gpt-transcribe'),
});

/** One agent, as its file describes it. */
export type Agent = Readonly<z.infer<typeof AGENT>>;

/** An agent file that cannot be used: one line a fault, with file and line. */
export class AgentFileError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'AgentFileError';
    this.faults = faults;
  }
}

/**
 * Reads one agent file (YAML).
 * @param file its path, for the faults; its name must be the agent's.
 * @throws AgentFileError with one line a fault.
 */
export function readAgent(file: string, content: string): Agent {
  const document = parseDocument(content);
  if (document.errors.length > 0) {
    throw new AgentFileError(
      document.errors.map((error) => `${file}: ${error.message.split('\n', 1)[0] ?? ''}`),
    );
  }
  const read = AGENT.safeParse(document.toJS());
  if (!read.success) {
    throw new AgentFileError(
      read.error.issues.map(({ path, message }) => {
        const line = findLine(content, document.getIn(path.slice(0, 1), true));
        return `${file}${line}: ${path.join('.') || 'the file'}: ${message}`;
      }),
    );
  }
  const name = basename(file).replace(/\.ya?ml$/, '');
  if (read.data.name !== name)
    throw new AgentFileError([
      `${file}: name: is ${read.data.name}, but the file is called ${name}`,
    ]);
  return Object.freeze(read.data);
}

/**
 * Reads every agent file of a folder.
 * @throws AgentFileError with the faults of all files.
 */
export function readAgents(folder: string): ReadonlyMap<string, Agent> {
  const agents = new Map<string, Agent>();
  const faults: string[] = [];
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  } catch {
    throw new AgentFileError([`${folder}: there is no such folder of agent files`]);
  }
  for (const name of names) {
    const file = join(folder, name);
    try {
      const agent = readAgent(file, readFileSync(file, 'utf8'));
      agents.set(agent.name, agent);
    } catch (error) {
      if (!(error instanceof AgentFileError)) throw error;
      faults.push(...error.faults);
    }
  }
  if (faults.length > 0) throw new AgentFileError(faults);
  return agents;
}

function findLine(content: string, node: unknown): string {
  const range =
    typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  if (!Array.isArray(range) || typeof range[0] !== 'number') return '';
  return `:${content.slice(0, range[0]).split('\n').length}`;
}
