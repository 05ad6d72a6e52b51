import { basename } from 'node:path';
import type { z } from 'zod';
import { type Agent, agentSchema } from './agent-schema';
import { findContradictions, type LocatedFault } from './contradictions';
import type { Environment } from './secret';
import { YamlText } from './yaml-text';

export type { Agent } from './agent-schema';

/** What an agent file is read against. */
export interface AgentSurroundings {
  /** Where `${NAME}` in headers and authorization is looked up. */
  readonly environment: Environment;
  /** The longest call that the bridge allows, in seconds. */
  readonly maxCallS: number;
}

/** An agent file that cannot be used: one line a fault, `file:line: key: what is wrong`. */
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
export function readAgent(file: string, content: string, around: AgentSurroundings): Agent {
  const text = new YamlText(content);
  const refuse = (faults: readonly LocatedFault[]): never => {
    throw new AgentFileError(
      faults.map((fault) => {
        const line = text.lineOf(fault.path, fault.within);
        return `${file}:${line}: ${fault.path.join('.') || 'the file'}: ${fault.message}`;
      }),
    );
  };
  if (text.faults.length > 0)
    throw new AgentFileError(text.faults.map(({ line, message }) => `${file}:${line}: ${message}`));
  const read = agentSchema(around.environment).safeParse(text.value);
  if (!read.success) return refuse(read.error.issues.flatMap((issue) => locate(issue, text)));
  const name = basename(file).replace(/\.ya?ml$/, '');
  const faults = findContradictions(read.data, name, around.maxCallS);
  return faults.length > 0 ? refuse(faults) : Object.freeze(read.data);
}

/** An unknown key is shown at the key itself, not at what it stands in. */
function locate(issue: z.core.$ZodIssue, text: YamlText): LocatedFault[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: 'is no key that is known here',
    }));
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => ({ path, message }));
  const message = issue.message.replace(/^Invalid input: /, '');
  return [
    {
      path,
      message: text.has(path)
        ? message
        : `is missing: ${message.replace(', received undefined', '')}`,
    },
  ];
}
