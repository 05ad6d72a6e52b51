import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../config';
import { type Agent, AgentFileError } from './agent-file';
import { AgentShelf } from './agent-shelf';
import type { Environment } from './secret';

/**
 * Opens the folder of agent files: AGENTS_FOLDER, or where they are in the repository, or beside
 * what was built; in the repository the files rule.
 * @param built where the agents of the built program lie.
 * @param doubt what speaks against an agent without forbidding it.
 * @throws AgentFileError where a file of the folder has a fault, or there is no agent AGENT.
 */
export function openAgentsFolder(
  { AGENT, AGENTS_FOLDER, MAX_CALL_S }: Config,
  environment: Environment,
  built: string,
  doubt: (agent: Agent) => readonly string[],
  log: Logger,
): AgentShelf {
  const folders = [join('bridge', 'agents'), 'agents', built];
  const folder = AGENTS_FOLDER ?? folders.find((path) => existsSync(path)) ?? 'agents';
  const shelf = new AgentShelf(folder, { environment, maxCallS: MAX_CALL_S }, doubt, log);
  const names = shelf.names();
  if (names.includes(AGENT)) return shelf;
  const there = names.length === 0 ? 'nothing' : names.join(', ');
  throw new AgentFileError([`AGENT is ${AGENT}, but ${folder} has only: ${there}`]);
}
