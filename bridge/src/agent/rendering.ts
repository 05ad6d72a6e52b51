import { CodedError } from '@realtime-phone/protocol/errors';
import type { Agent } from './agent-schema';
import { describeVariable, fits, PLACEHOLDER, type Variable } from './variables';

/**
 * An agent with its variables filled in: in what it says word for word (the greeting, the consent,
 * on failure, on an answering machine), the instructions, and the addresses of HTTP tools, where a
 * value is percent-encoded. An empty value counts as none, and what a value holds is never read as a
 * place for another.
 * @throws CodedError `agent_variable_unknown`, `agent_variable_invalid` or `agent_variable_missing`,
 * with the name and what it should be.
 */
export function renderAgent(agent: Agent, given: Readonly<Record<string, string>>): Agent {
  const values = fillIn(agent.variables, given);
  const fill = (text: string, write = (value: string) => value) =>
    text.replace(PLACEHOLDER, (_whole, name: string) => write(values.get(name.trim()) ?? ''));
  return Object.freeze({
    ...agent,
    ...(agent.greeting === undefined ? {} : { greeting: fill(agent.greeting) }),
    instructions: fill(agent.instructions),
    ...(agent.on_failure === undefined ? {} : { on_failure: { say: fill(agent.on_failure.say) } }),
    ...(agent.voicemail === undefined
      ? {}
      : { voicemail: { message: fill(agent.voicemail.message) } }),
    ...(agent.recording === undefined
      ? {}
      : { recording: { consent: fill(agent.recording.consent) } }),
    tools: agent.tools.map((tool) =>
      tool.type === 'http' ? { ...tool, url: fill(tool.url, encodeURIComponent) } : tool,
    ),
  });
}

function fillIn(
  variables: Agent['variables'],
  given: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(variables, name)) continue;
    const known = Object.keys(variables).join(', ');
    throw new CodedError(
      'agent_variable_unknown',
      `${name.slice(0, 64)}; ${known === '' ? 'this agent has none' : `there are ${known}`}`,
    );
  }
  return new Map(
    Object.entries(variables).map(([name, variable]) => [
      name,
      valueOf(name, variable, Object.hasOwn(given, name) ? given[name] : undefined),
    ]),
  );
}

function valueOf(name: string, variable: Variable, given: string | undefined): string {
  if (given !== undefined && given !== '') {
    if (fits(variable.type, given)) return given;
    throw new CodedError('agent_variable_invalid', `${name} must be ${describeVariable(variable)}`);
  }
  if (variable.default === null) return '';
  if (variable.default !== undefined) return String(variable.default);
  const what = variable.description === undefined ? '' : ` (${variable.description})`;
  throw new CodedError(
    'agent_variable_missing',
    `${name}${what} must be ${describeVariable(variable)}`,
  );
}
