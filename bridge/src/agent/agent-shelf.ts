import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CodedError } from '@realtime-phone/protocol/errors';
import type { Logger } from 'pino';
import { type Agent, AgentFileError, type AgentSurroundings, readAgent } from './agent-file';
import { AGENT_NAME } from './agent-schema';

const ENDINGS = ['.yaml', '.yml'] as const;

/** What is known of one agent file. */
interface Entry {
  /** Which version of the file was read last: when it was changed, how large it is, which one. */
  readonly version: string;
  /** The last version that could be used. */
  readonly agent: Agent | undefined;
  /** What is wrong with the newest version. */
  readonly faults: readonly string[];
}

/** How an agent stands. */
export interface AgentState {
  readonly name: string;
  /** True where a call could have it, be it an earlier version. */
  readonly isUsable: boolean;
  /** What is wrong with its file as it is now. */
  readonly faults: readonly string[];
}

/**
 * The folder of agent files as it is now. A file is looked at when a call asks for it, so that an
 * edit takes effect on the next call; an edit that cannot be used leaves the last good version in
 * force, with one warning.
 */
export class AgentShelf {
  readonly #folder: string;
  readonly #around: AgentSurroundings;
  readonly #doubt: (agent: Agent) => readonly string[];
  readonly #log: Logger;
  readonly #entries = new Map<string, Entry>();

  /**
   * Reads every file of the folder.
   * @param doubt what speaks against an agent without forbidding it; logged once a version.
   * @throws AgentFileError with the faults of all files.
   */
  constructor(
    folder: string,
    around: AgentSurroundings,
    doubt: (agent: Agent) => readonly string[],
    log: Logger,
  ) {
    this.#folder = folder;
    this.#around = around;
    this.#doubt = doubt;
    this.#log = log;
    const faults: string[] = [];
    for (const file of this.#list()) {
      try {
        // The version comes first: a save while the file is read is seen at the next call.
        const version = versionOf(file) ?? '';
        this.#entries.set(file, { version, agent: this.#read(file), faults: [] });
      } catch (error) {
        if (!(error instanceof AgentFileError)) throw error;
        faults.push(...error.faults);
      }
    }
    for (const name of this.names())
      if (this.#list().filter((file) => nameOf(file) === name).length > 1)
        faults.push(`${folder}: ${name}.yaml and ${name}.yml are both there; keep one of them`);
    if (faults.length > 0) throw new AgentFileError(faults);
  }

  /** The names that a call could ask for now. */
  names(): readonly string[] {
    const names = this.#list().map((file) => nameOf(file));
    return [...new Set(names)].sort();
  }

  /**
   * The agent of that name, as its file is now, or was when it could last be used.
   * @throws CodedError `agent_unknown`.
   */
  take(name: string): Agent {
    if (!AGENT_NAME.test(name)) throw new CodedError('agent_unknown', name.slice(0, 64));
    for (const ending of ENDINGS) {
      const file = join(this.#folder, name + ending);
      let entry: Entry | undefined;
      try {
        entry = this.#look(file);
      } catch (error) {
        // A file that cannot be looked at may be there all the same: what was read stays in force.
        this.#log.warn({ file, err: error }, 'agent file cannot be read');
        entry = this.#entries.get(file);
      }
      if (entry?.agent !== undefined) return entry.agent;
      if (entry !== undefined)
        throw new CodedError('agent_unknown', `${name}: its file has faults, which the log names`);
    }
    throw new CodedError('agent_unknown', name);
  }

  /** Looks at every file, as a call would that asked for it. */
  inspect(): readonly AgentState[] {
    return this.#list().map((file) => {
      const name = nameOf(file);
      try {
        const { agent, faults = [] } = this.#look(file) ?? {};
        return { name, isUsable: agent !== undefined, faults };
      } catch (error) {
        const isUsable = this.#entries.get(file)?.agent !== undefined;
        return { name, isUsable, faults: [error instanceof Error ? error.message : String(error)] };
      }
    });
  }

  #look(file: string): Entry | undefined {
    const version = versionOf(file);
    const known = this.#entries.get(file);
    if (version === undefined) {
      if (this.#entries.delete(file)) this.#log.info({ file }, 'agent file is gone');
      return undefined;
    }
    if (known?.version === version) return known;
    const entry = { version, ...this.#readAgain(file, known?.agent) };
    this.#entries.set(file, entry);
    return entry;
  }

  #readAgain(file: string, lastGood: Agent | undefined): Omit<Entry, 'version'> {
    try {
      const agent = this.#read(file);
      this.#log.info({ file, agent: agent.name }, 'agent file read');
      return { agent, faults: [] };
    } catch (error) {
      if (!(error instanceof AgentFileError)) throw error;
      this.#log.warn(
        { file, faults: error.faults },
        lastGood === undefined
          ? 'agent file cannot be used'
          : 'agent file cannot be used: the last good version stays in force',
      );
      return { agent: lastGood, faults: error.faults };
    }
  }

  #read(file: string): Agent {
    const agent = readAgent(file, readFileSync(file, 'utf8'), this.#around);
    for (const doubt of this.#doubt(agent)) this.#log.warn({ file }, `agent file: ${doubt}`);
    return agent;
  }

  #list(): string[] {
    try {
      return readdirSync(this.#folder)
        .filter((name) => ENDINGS.some((ending) => name.endsWith(ending)))
        .map((name) => join(this.#folder, name));
    } catch {
      throw new AgentFileError([`${this.#folder}: there is no such folder of agent files`]);
    }
  }
}

function nameOf(file: string): string {
  return basename(file).replace(/\.ya?ml$/, '');
}

/** A save that keeps the size within one tick of the clock is still another file or change time. */
function versionOf(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined
    ? undefined
    : [stat.mtimeMs, stat.ctimeMs, stat.size, stat.ino].join(' ');
}
